/// The add-ons of k3s: manifests in a folder of its server that it writes and
/// applies by itself at every start.
public struct AddonOptions: Sendable {
    /// The folder, `server/manifests` of the server's data.
    public var folder: String
    /// Packaged components this cluster comes with: `coredns`, `local-storage`,
    /// `traefik`.
    public var packaged: [String]
    /// What `--disable` names at this start, in the configuration or the unit.
    public var disabled: @Sendable () -> Set<String>
    /// Address of the Service `kube-dns`.
    public var clusterDNS: String

    public init(
        folder: String, packaged: [String], clusterDNS: String = "10.43.0.10",
        disabled: @escaping @Sendable () -> Set<String> = { [] }
    ) {
        self.folder = folder
        self.packaged = packaged
        self.clusterDNS = clusterDNS
        self.disabled = disabled
    }
}
