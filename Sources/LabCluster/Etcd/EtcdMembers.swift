import JSON

/// The membership of an etcd cluster, asked of it and changed.
struct EtcdMembers {
    let client: EtcdClient

    /// One member; the name is empty until it started for the first time.
    struct Member: Hashable, Sendable {
        let id: String, name: String
        let peers: [String], clients: [String]
        let isLearner: Bool
    }

    /// As this etcd's cluster agreed on them.
    func all(patience: Int = 5000) throws -> [Member] {
        let answer = try client.call("/v3/cluster/member/list", [:], patience: patience)
        return (answer["members"]?.array ?? []).map { member in
            func list(_ key: String) -> [String] {
                member[key]?.array?.compactMap(\.string) ?? []
            }
            return Member(
                id: member["ID"]?.string ?? "", name: member["name"]?.string ?? "",
                peers: list("peerURLs"), clients: list("clientURLs"),
                isLearner: member["isLearner"]?.bool ?? false)
        }
    }

    /// Adds one that does not vote yet.
    func addLearner(_ peer: String) throws {
        _ = try client.call(
            "/v3/cluster/member/add", ["peerURLs": [.string(peer)], "isLearner": true])
    }

    /// Lets a learner vote; refused while it has not caught up.
    func promote(_ id: String) throws {
        _ = try client.call("/v3/cluster/member/promote", ["ID": .string(id)])
    }

    func remove(_ id: String) throws {
        _ = try client.call("/v3/cluster/member/remove", ["ID": .string(id)])
    }

    /// Tells the cluster another address of a member.
    func update(_ id: String, peer: String) throws {
        _ = try client.call(
            "/v3/cluster/member/update", ["ID": .string(id), "peerURLs": [.string(peer)]])
    }
}
