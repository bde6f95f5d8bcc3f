import JSON

/// What of a machine is neither a file nor a unit: its clock, its network
/// interfaces, and the containers it holds.
struct MachineState: Hashable, Sendable {
    var clock = MachineClock()
    /// Interfaces beside `lo` and `eth0`.
    var links: [String] = []
    /// Containers run on when k3s stops, so they are the machine's.
    var containers: [PodContainer] = []
    /// Static pods the kubelet found, by file name; they run on without it too.
    var staticPods: [String: String] = [:]
    /// Nobody reaches it, nor it anybody.
    var isCut = false

    init() {}

    /// The machine lost its power: what it holds in memory is gone.
    mutating func cut() {
        links = []
        containers = []
        staticPods = [:]
    }

    /// k3s and the network came up.
    mutating func joined(_ declaration: HostDeclaration) {
        for link in declaration.clusterLinks where !links.contains(link) { links.append(link) }
    }

    /// What `k3s-killall.sh` does beside stopping k3s. True when that takes the
    /// host's own network with it: Cilium's programs stay on the interfaces it
    /// left behind.
    mutating func end() -> Bool {
        containers = []
        links.removeAll { $0 == "cni0" || $0.hasPrefix("flannel") }
        return links.contains { $0.hasPrefix("cilium_") }
    }

    /// Reads what `json` wrote.
    init(json: JSONValue) {
        clock = MachineClock(
            isSynchronized: json["synchronized"]?.bool ?? true, skew: json["skew"]?.int ?? 0)
        links = json["links"]?.array?.compactMap(\.string) ?? []
        containers = json["containers"]?.array?.map(PodContainer.init(json:)) ?? []
        isCut = json["cut"]?.bool ?? false
        staticPods = (json["static-pods"]?.object ?? [:]).compactMapValues(\.string)
    }

    /// The state as it stands in its file.
    var json: JSONValue {
        [
            "synchronized": .bool(clock.isSynchronized), "skew": .int(clock.skew),
            "links": .array(links.map(JSONValue.string)),
            "cut": .bool(isCut), "containers": .array(containers.map(\.json)),
            "static-pods": .object(staticPods.mapValues(JSONValue.string)),
        ]
    }
}
