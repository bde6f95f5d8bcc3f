/// A machine of a control plane made by kubeadm: where its files are, and what
/// it is called by.
public struct ControlPlane: Hashable, Sendable {
    /// Root of the machine's file system, as this process finds it.
    public let root: String
    /// The machine's name, which its Node and its etcd member have too.
    public let name: String
    /// Its own address.
    public let address: String
    /// Every address and name its certificates are for.
    public let names: [String]
    /// `10.0.0.1:6443`: where clients find the cluster.
    public let endpoint: String

    public init(root: String, name: String, address: String, names: [String], endpoint: String) {
        self.root = root
        self.name = name
        self.address = address
        self.names = names
        self.endpoint = endpoint
    }

    /// Where kubeadm keeps what it makes, on the machine.
    static let folder = "/etc/kubernetes"

    /// The file `name` of that folder, for this process.
    func file(_ name: String) -> String { "\(root)\(Self.folder)/\(name)" }

    /// Where the API server of this machine finds its etcd.
    var etcd: String { "https://\(address):2379" }

    /// What the API server shows its etcd.
    var etcdCredentials: EtcdCredentials {
        EtcdCredentials(
            authority: file("pki/etcd/ca.crt"), certificate: file("pki/apiserver-etcd-client.crt"),
            key: file("pki/apiserver-etcd-client.key"))
    }

    /// The certificate its API server shows when it starts now, PEM.
    public var servingCertificate: [UInt8] {
        (try? Files.read(file("pki/apiserver.crt"))) ?? []
    }

    /// What the API server shows and wants.
    var authority: Authority {
        get throws {
            func read(_ name: String) throws -> [UInt8] {
                try Files.read(file("pki/\(name)")) ?? []
            }
            return Authority(
                certificatePath: file("pki/ca.crt"), certificate: try read("ca.crt"),
                serverCertificate: try read("apiserver.crt"), serverKey: try read("apiserver.key"),
                secret: try read("ca.key"))
        }
    }
}
