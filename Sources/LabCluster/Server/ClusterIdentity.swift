/// What a cluster is known by from its first day: what an inventory says of it,
/// also while no server of it is up.
public struct ClusterIdentity: Sendable {
    private let folder: ServerFolder
    private let settings: ServerSettings
    private let name: String

    /// The identity the cluster `name` has, or gets, in the folder of its first
    /// server; a new one's token has this password.
    ///
    /// - Throws: what keeps certificates from being made.
    public init(
        founding name: String, in folder: ServerFolder, _ settings: ServerSettings,
        password: String
    ) throws {
        (self.name, self.folder, self.settings) = (name, folder, settings)
        let boot = ServerBoot(folder, settings)
        try boot.furnish(try boot.password() ?? password)
    }

    private var authority: Authority {
        get throws { try Authority(directory: folder.file("tls")) }
    }

    /// The certificate of the server's authority, PEM.
    public var certificate: [UInt8] { get throws { try authority.certificate } }

    /// `K10<digest>::server:<password>`.
    public var joinToken: String {
        get throws {
            let text = try Files.read(folder.file("token")) ?? []
            return String(decoding: text.filter { $0 != 0x0A }, as: UTF8.self)
        }
    }

    /// Writes the administrator's kubeconfig for the API at `server`
    /// (`10.0.0.1:6443`), mode 0600.
    public func kubeconfig(path: String, server: String) throws {
        try Kubeconfig(name: name, server: server, authority: try authority).write(to: path)
    }

    /// A namespace kube-system with this UID, to be the seed of a new world.
    public static func uid() -> String { UID.random() }
}
