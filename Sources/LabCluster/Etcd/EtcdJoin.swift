/// What a server that joins is given by the one it joins.
struct EtcdJoin {
    let bootstrap: Bootstrap
    /// Password of the cluster's token.
    let password: String
    /// The cluster's members.
    let members: EtcdMembers

    /// Adds the member, unless it is there already; returns `name=peer` of all.
    func admit(name: String, node: String, peer: String) throws -> [String] {
        var isThere = false
        var all: [String] = []
        for member in try members.all() {
            let isOwn = member.peers.contains(peer)
            // One that never started has no name, and its address says who it is.
            let known = member.name.isEmpty && isOwn ? name : member.name
            if isOwn && known == name { isThere = true }
            all += member.peers.prefix(1).map { "\(known)=\($0)" }
            guard known == name || Self.node(of: known) != node else {
                throw ServerRefusal(
                    "ETCD join failed: duplicate node name found, please use a unique name for "
                        + "this node")
            }
        }
        guard !isThere else { return all }
        try members.addLearner(peer)
        return all + ["\(name)=\(peer)"]
    }

    /// A member's name is its node's with something behind a hyphen.
    private static func node(of member: String) -> Substring {
        member.lastIndex(of: "-").map { member[..<$0] } ?? member[...]
    }
}
