import Digest
import JSON

/// The world in memory and its datastore, changed together.
struct Store: ~Copyable {
    private(set) var world = World()
    /// What happened lately, for watches.
    private(set) var history = EventHistory(floor: 0)
    private var datastore: (any Datastore)?
    /// Creation revision of each living object, as the datastore keeps it.
    private var created: [ObjectKey: Int] = [:]
    /// The datastore failed in the middle of a commit: nobody knows what it
    /// holds before it is read again.
    private var isStale = false

    /// The world that lies in a file of kine.
    init(path: String, now: Moment) throws { try self.init(try Kine(path: path), now: now) }

    init(_ datastore: any Datastore, now: Moment) throws {
        self.datastore = datastore
        try read(from: datastore, now: now)
    }

    private mutating func read(from datastore: any Datastore, now: Moment) throws {
        let (entries, revision) = try datastore.load("/registry/")
        var fresh = World()
        created = [:]
        for entry in entries {
            guard entry.value.first == UInt8(ascii: "{") else {
                throw UnreadableValue(key: entry.key)
            }
            var object = try JSONValue(parsing: entry.value)
            guard let key = object.key else { continue }
            object.set("metadata", "resourceVersion", to: .string(String(entry.revision)))
            fresh.store(object, at: key, now: now)
            created[key] = entry.created
        }
        fresh.revision = revision
        fresh.agents = world.agents
        world = fresh
        history = EventHistory(floor: revision)
        isStale = false
    }

    /// Whether nothing was ever stored.
    var isEmpty: Bool { world.tables.values.allSatisfy(\.isEmpty) }

    mutating func setAgent(_ name: String, _ agent: World.Agent) { world.agents[name] = agent }

    func checkpoint() throws { try datastore?.checkpoint() }

    /// Throws unless the world can be told now as the datastore has it.
    mutating func verify(now: Moment) throws {
        guard let datastore else { throw ClosedDatastore() }
        if isStale { try read(from: datastore, now: now) } else { try datastore.ping() }
    }

    /// Closes the datastore; the world can still be read.
    mutating func close() { datastore = nil }

    /// The servers that run the datastore now.
    func ask(_ servers: [EtcdServer]) { datastore?.ask(servers) }

    /// Puts `record` in the place of every record of the authorities.
    func reseal(_ record: [UInt8], at key: String) throws {
        guard let datastore else { throw ClosedDatastore() }
        let old = try datastore.load("/bootstrap/").entries
        let gone = old.filter { $0.key != key }.map {
            StoredChange(key: $0.key, value: nil, previous: $0)
        }
        let made = StoredChange(key: key, value: record, previous: old.first { $0.key == key })
        _ = try datastore.commit([made] + gone)
    }

    /// Applies `writes`; those without effect are dropped. Returns the keys
    /// that changed.
    mutating func commit(_ writes: [Write], now: Moment) throws -> [ObjectKey] {
        guard let datastore else { throw ClosedDatastore() }
        if isStale { try read(from: datastore, now: now) }
        let effective = writes.filter { isEffective($0) }
        var changed: [ObjectKey] = []
        for batch in Self.batches(effective) {
            let drafts = batch.compactMap { draft($0, now: now) }
            guard !drafts.isEmpty else { continue }
            let revisions: [Int]
            do {
                revisions = try datastore.commit(drafts.map(\.change))
            } catch {
                isStale = true
                throw error
            }
            let before = world
            for (draft, revision) in zip(drafts, revisions) {
                apply(draft, revision: revision, now: now)
            }
            history.record(drafts.map(\.key), before: before, after: world)
            changed += drafts.map(\.key)
        }
        return changed
    }

    /// In order; no key twice in one, and none larger than etcd takes.
    private static func batches(_ writes: [Write]) -> [[Write]] {
        var batches: [[Write]] = []
        var keys: Set<ObjectKey> = []
        for write in writes {
            guard let key = write.key else { preconditionFailure("a write needs a served kind") }
            if batches.isEmpty || keys.count == 100 || keys.contains(key) {
                batches.append([])
                keys = []
            }
            keys.insert(key)
            batches[batches.count - 1].append(write)
        }
        return batches
    }

    private func isEffective(_ write: Write) -> Bool {
        switch write {
        // A batch before this one may have made what this one removes.
        case .remove: return true
        case .put(let object):
            guard let key = object.key, let old = world[key] else { return true }
            return Self.stored(old) != Self.stored(object)
        }
    }

    /// The object as the datastore keeps it: without its revision.
    private static func stored(_ object: JSONValue) -> JSONValue {
        var object = object
        object.set("metadata", "resourceVersion", to: nil)
        return object
    }

    // MARK: one change

    private struct Draft {
        let key: ObjectKey
        /// Nil: it goes.
        let object: JSONValue?
        let change: StoredChange
    }

    private func draft(_ write: Write, now: Moment) -> Draft? {
        switch write {
        case .remove(let key):
            guard let old = entry(key) else { return nil }
            let change = StoredChange(key: key.registryPath, value: nil, previous: old)
            return Draft(key: key, object: nil, change: change)
        case .put(var object):
            guard let key = object.key else { return nil }
            if object.uid.isEmpty { object.set("metadata", "uid", to: .string(UID.random())) }
            if object.at("metadata", "creationTimestamp")?.string == nil {
                object.set("metadata", "creationTimestamp", to: .string(now.text))
            }
            let change = StoredChange(
                key: key.registryPath, value: Self.stored(object).utf8, previous: entry(key))
            return Draft(key: key, object: object, change: change)
        }
    }

    private func entry(_ key: ObjectKey) -> StoredEntry? {
        world[key].map { object in
            StoredEntry(
                key: key.registryPath, value: Self.stored(object).utf8,
                revision: Int(object.at("metadata", "resourceVersion")?.string ?? "") ?? 0,
                created: created[key] ?? 0)
        }
    }

    private mutating func apply(_ draft: Draft, revision: Int, now: Moment) {
        world.revision = revision
        guard var object = draft.object else {
            created[draft.key] = nil
            return world.remove(draft.key)
        }
        if draft.change.previous == nil { created[draft.key] = revision }
        object.set("metadata", "resourceVersion", to: .string(String(revision)))
        world.store(object, at: draft.key, now: now)
    }
}

/// The datastore was closed, as the server that ran it ended.
struct ClosedDatastore: Error, CustomStringConvertible {
    let description = "the datastore is closed"
}

/// A value the lab cannot read: Kubernetes' own protobuf, or encrypted at rest.
struct UnreadableValue: Error, CustomStringConvertible {
    let key: String
    var description: String { "the lab reads JSON only, and \(key) is none" }
}

/// Identity of an object, a random UUID (RFC 9562, version 4).
enum UID {
    static func random() -> String {
        var bytes = Random.bytes(16)
        bytes[6] = bytes[6] & 0x0F | 0x40
        bytes[8] = bytes[8] & 0x3F | 0x80
        let hex = SHA256.hexadecimal(bytes)
        var parts: [Substring] = []
        var rest = hex[...]
        for length in [8, 4, 4, 4, 12] {
            parts.append(rest.prefix(length))
            rest = rest.dropFirst(length)
        }
        return parts.joined(separator: "-")
    }
}
