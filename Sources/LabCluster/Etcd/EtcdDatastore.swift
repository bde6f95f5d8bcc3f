import Digest
import JSON

/// A cluster's objects in a real etcd. Values are JSON, not protobuf.
final class EtcdDatastore: Datastore {
    private var client: EtcdClient
    /// The last question was not answered; the next one is less patient, so
    /// that a cluster without a quorum says so quickly.
    private var isBroken = false

    init(_ client: EtcdClient) { self.client = client }

    /// Asks these members from now on, with the first one's certificate.
    func ask(_ servers: [EtcdServer]) {
        guard let first = servers.first,
            let fresh = try? EtcdClient(
                endpoints: servers.map(\.endpoint), credentials: first.certificates)
        else { return }
        client = fresh
    }

    private func call(_ path: String, _ body: JSONValue) throws -> JSONValue {
        do {
            let answer = try client.call(path, body, patience: isBroken ? 500 : 2500)
            isBroken = false
            return answer
        } catch {
            isBroken = true
            throw error
        }
    }

    func load(_ prefix: String) throws -> (entries: [StoredEntry], revision: Int) {
        let end = prefix.utf8.dropLast() + [(prefix.utf8.last ?? 0) + 1]
        let answer = try call(
            "/v3/kv/range", ["key": Self.text(prefix), "range_end": .string(Base64.encode(end))])
        let entries = (answer["kvs"]?.array ?? []).map { pair in
            StoredEntry(
                key: String(decoding: Self.bytes(pair["key"]), as: UTF8.self),
                value: Self.bytes(pair["value"]), revision: Self.number(pair["mod_revision"]),
                created: Self.number(pair["create_revision"]))
        }
        return (
            entries.sorted { $0.revision < $1.revision },
            Self.number(answer.at("header", "revision"))
        )
    }

    /// One transaction, in which every key must stand as it was read: another
    /// writer is noticed, not overwritten.
    func commit(_ changes: [StoredChange]) throws -> [Int] {
        let compare = changes.map { change -> JSONValue in
            [
                "key": Self.text(change.key), "target": "MOD", "result": "EQUAL",
                "mod_revision": .string(String(change.previous?.revision ?? 0)),
            ]
        }
        let operations = changes.map { change -> JSONValue in
            guard let value = change.value else {
                return ["requestDeleteRange": ["key": Self.text(change.key)]]
            }
            let put: JSONValue = [
                "key": Self.text(change.key), "value": .string(Base64.encode(value)),
            ]
            return ["requestPut": put]
        }
        let answer = try call(
            "/v3/kv/txn", ["compare": .array(compare), "success": .array(operations)])
        guard answer["succeeded"]?.bool == true else { throw EtcdError.conflict }
        return changes.map { _ in Self.number(answer.at("header", "revision")) }
    }

    /// A read a quorum has to agree to.
    func ping() throws { _ = try call("/v3/kv/range", ["key": Self.text("health")]) }

    /// Its files are the members', not ours.
    func checkpoint() {}

    private static func text(_ text: String) -> JSONValue {
        .string(Base64.encode(Array(text.utf8)))
    }

    private static func bytes(_ value: JSONValue?) -> [UInt8] {
        Base64.decode(value?.string ?? "") ?? []
    }

    /// The gateway writes numbers of 64 bits as text and leaves zeros out.
    static func number(_ value: JSONValue?) -> Int { Int(value?.string ?? "") ?? 0 }
}
