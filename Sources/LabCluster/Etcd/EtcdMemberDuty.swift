import JSON

/// What the servers of a cluster owe to a Node that is an etcd member: when the
/// Node is deleted, or its annotation asks for it, the member leaves etcd.
///
/// The Node's finalizer keeps it until then, so nothing has to be remembered.
struct EtcdMemberDuty: Hashable, Sendable {
    let node: ObjectKey
    /// Name of the member.
    let member: String
    let isDeletion: Bool

    static let label = "node-role.kubernetes.io/etcd"
    static let finalizer: JSONValue = "wrangler.cattle.io/managed-etcd-controller"
    static let nameAnnotation = "etcd.k3s.cattle.io/node-name"
    static let addressAnnotation = "etcd.k3s.cattle.io/node-address"
    static let removeAnnotation = "etcd.k3s.cattle.io/remove"
    static let removedAnnotation = "etcd.k3s.cattle.io/removed-node-name"

    /// Marks the Node of a server with an etcd, which it says by its label.
    static func register(_ node: inout JSONValue) {
        guard node.labels[label] != nil else { return }
        if !node.finalizers.contains(finalizer) {
            node.set("metadata", "finalizers", to: .array(node.finalizers + [finalizer]))
        }
        // A member under a new name is not the one that was asked to go.
        let removed = node.annotations[removedAnnotation]
        if let removed, removed != node.annotations[nameAnnotation] {
            node.set("metadata", "annotations", removedAnnotation, to: nil)
            node.set("metadata", "annotations", removeAnnotation, to: "false")
        }
    }

    /// What is to be done in `world`.
    static func all(in world: World) -> [EtcdMemberDuty] {
        world.all(.nodes).compactMap { node in
            let isDeletion = node.isTerminating && node.finalizers.contains(finalizer)
            let isAsked =
                node.annotations[removeAnnotation]?.string?.lowercased() == "true"
                && node.annotations[removedAnnotation] == nil
            guard let key = node.key, isDeletion || isAsked else { return nil }
            let member = node.annotations[nameAnnotation]?.string ?? ""
            return EtcdMemberDuty(node: key, member: member, isDeletion: isDeletion)
        }
    }

    /// The Node once the member is gone.
    func done(in world: World) -> [Write] {
        guard var node = world[node] else { return [] }
        if !isDeletion {
            node.set("metadata", "annotations", Self.removedAnnotation, to: .string(member))
            node.set("metadata", "annotations", Self.nameAnnotation, to: nil)
            node.set("metadata", "annotations", Self.addressAnnotation, to: nil)
            return [.put(node)]
        }
        let rest = node.finalizers.filter { $0 != Self.finalizer }
        guard rest.isEmpty else {
            node.set("metadata", "finalizers", to: .array(rest))
            return [.put(node)]
        }
        return [.remove(self.node)]
    }
}

extension Cluster {
    /// Lets members leave whose Nodes say so; what fails is tried again.
    func tendMembers() {
        guard !members.isEmpty else { return }
        for duty in EtcdMemberDuty.all(in: world) {
            do {
                if !duty.member.isEmpty { try leave(duty.member) }
                try update { duty.done(in: $0) }
            } catch { continue } // the next round tries again
        }
    }

    private func leave(_ name: String) throws {
        let servers = members
        guard let first = servers.first else { return }
        let client = try EtcdClient(
            endpoints: servers.map(\.endpoint), credentials: first.certificates)
        let etcd = EtcdMembers(client: client)
        for member in try etcd.all() where member.name == name { try etcd.remove(member.id) }
    }
}
