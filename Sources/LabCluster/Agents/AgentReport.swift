public import JSON

/// What a node agent tells the server when it connects.
public struct AgentReport: Sendable {
    public var nodeName: String
    /// Content of `/etc/rancher/node/password`.
    public var nodePassword: String
    /// The cluster token, in full or only its password.
    public var token: String
    public var version: String
    /// `amd64` or `arm64`, as the kubelet names it.
    public var architecture: String
    /// Name of the operating system, such as `Ubuntu 24.04.2 LTS`.
    public var operatingSystem: String
    public var kernel: String
    public var internalIP: String
    public var externalIP: String
    /// `--node-label`s: used at registration only.
    public var labels: [String: String]
    /// `--node-taint`s as taint objects: used at registration only.
    public var taints: [JSONValue]
    public var machineID: String
    public var bootID: String
    /// Labels and annotations a server gives its Node and keeps up.
    public var roles: [String: String] = [:]
    public var annotations: [String: String] = [:]
    /// Its certificate was found right: neither token nor password is asked for.
    public var isCertified = false
    /// The manifests of its static pods.
    public var staticPods: [JSONValue] = []

    public init(
        nodeName: String, nodePassword: String, token: String, version: String,
        architecture: String, operatingSystem: String, kernel: String, internalIP: String,
        externalIP: String = "", labels: [String: String] = [:], taints: [JSONValue] = [],
        machineID: String, bootID: String
    ) {
        self.nodeName = nodeName
        self.nodePassword = nodePassword
        self.token = token
        self.version = version
        self.architecture = architecture
        self.operatingSystem = operatingSystem
        self.kernel = kernel
        self.internalIP = internalIP
        self.externalIP = externalIP
        self.labels = labels
        self.taints = taints
        self.machineID = machineID
        self.bootID = bootID
    }
}
