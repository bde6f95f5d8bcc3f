import LabCluster

/// An object is gone from the API, as if somebody had deleted it in the wrong
/// window: at once, without finalizers or grace.
struct DeleteObject: Fault {
    static let usage = "delete-object CLUSTER RESOURCE NAMESPACE NAME"
    static let meaning =
        "an object is gone at once (RESOURCE as secrets or deployments.apps; - for no namespace)"

    let words: [String]
    private let resource: ResourceKey
    private let namespace: String?

    init(_ words: [String], in description: LabDescription) throws(InputError) {
        _ = try description.simulatedCluster(words[0])
        self.words = words
        let parts = words[1].split(separator: ".", maxSplits: 1).map(String.init)
        resource = ResourceKey(group: parts.count > 1 ? parts[1] : "", name: parts[0])
        namespace = words[2] == "-" ? nil : words[2]
    }

    func happen(in world: World) throws {
        let cluster = try world.clusters.cluster(words[0])
        guard cluster.object(resource, namespace: namespace, name: words[3]) != nil else {
            throw InputError("\(words[0]) has no \(words[1]) \(words[2])/\(words[3])")
        }
        try cluster.remove(resource, namespace: namespace, name: words[3])
    }

    /// A controller may have made it again already: that is no delay.
    func unseen(in world: World) -> [String] { [] }
}
