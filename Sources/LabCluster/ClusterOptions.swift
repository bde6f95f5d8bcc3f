/// Where a simulated cluster lives and how fast its clocks run.
public struct ClusterOptions: Sendable {
    /// Name in its kubeconfig and its certificates.
    public var name: String
    /// Addresses of this machine the API listens on; the first one stands in
    /// the kubeconfig.
    public var addresses: [String]
    /// TCP port; 0 takes any free one (one address only).
    public var port: UInt16 = 6443
    /// The datastore, a SQLite file with kine's schema.
    public var datastorePath: String
    /// Folder of CA, server key and admin token; filled when empty.
    public var tlsDirectory: String
    /// Lines of JSON, one for each change.
    public var changeLogPath: String
    /// What `/version` tells and what nodes report.
    public var version: String
    /// The password of the cluster's token, or a full `K10…::server:…` token.
    public var joinToken: String
    /// Time between two rounds of the controllers.
    public var pace: Duration = .milliseconds(100)
    /// A node without a heartbeat for so long is Ready=Unknown.
    public var grace: Duration = .seconds(4)
    /// How long a kubelet takes to start a pod, and to end one.
    public var kubeletDelay: Duration = .milliseconds(200)
    /// How long pods stay bound to a node that is gone, before they are
    /// deleted: `tolerationSeconds` of their default tolerations.
    public var tolerationSeconds = 300
    /// How long a request waits for a datastore that does not answer.
    public var outageLimit: Duration = .seconds(34)
    /// Groups of custom resources a new world has definitions of, such as
    /// `argoproj.io`; those of its seeds come by themselves.
    public var customGroups: [String] = []
    /// The add-ons of k3s; nil: it brings none.
    public var addons: AddonOptions?
    /// What the nodes' container runtimes say; nil: every image is there.
    public var runtimes: (any NodeImages)?
    /// Whether who shows no credentials may ask for health and version: with
    /// kubeadm's API server, not with k3s's.
    public var allowsAnonymous = false
    /// Addresses of pods, a /24 for each node.
    public var podRange = "10.42.0.0/16"
    /// Addresses of Services.
    public var serviceRange = "10.43.0.0/16"
    /// Whether k3s's own load balancer serves Services of type LoadBalancer.
    public var hasServiceLB = false
    /// What is known of images' processors.
    public var images: (any ImageArchitectures)?
    /// The disks volumes lie on; without, volumes are objects only.
    public var disks: (any VolumeDisks)?
    /// The file servers volumes lie on; without, each is always there.
    public var fileServers: (any FileServers)?
    /// What a minute of a CronJob's schedule lasts.
    public var cronMinute: Duration = .seconds(60)

    public init(
        name: String, addresses: [String], datastorePath: String, tlsDirectory: String,
        changeLogPath: String, version: String = "v1.35.4+k3s1", joinToken: String
    ) {
        self.name = name
        self.addresses = addresses
        self.datastorePath = datastorePath
        self.tlsDirectory = tlsDirectory
        self.changeLogPath = changeLogPath
        self.version = version
        self.joinToken = joinToken
    }
}
