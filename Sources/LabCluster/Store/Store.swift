import Digest
import JSON
import SQLite

/// The world in memory and its datastore on disk, changed together.
struct Store: ~Copyable {
    private(set) var world = World()
    /// What happened lately, for watches.
    private(set) var history = EventHistory(floor: 0)
    private var kine: Kine?
    /// Creation revision of each living object, as kine keeps it.
    private var created: [ObjectKey: Int] = [:]

    init(path: String, now: Moment) throws {
        let kine = try Kine(path: path)
        let (rows, revision) = try kine.load()
        for row in rows {
            var object = try JSONValue(parsing: row.value)
            guard let key = object.key else { continue }
            object.set("metadata", "resourceVersion", to: .string(String(row.revision)))
            world.store(object, at: key, now: now)
            created[key] = row.revision
        }
        world.revision = revision
        history = EventHistory(floor: revision)
        self.kine = kine
    }

    /// Whether nothing was ever stored.
    var isEmpty: Bool { world.tables.values.allSatisfy(\.isEmpty) }

    mutating func setAgent(_ name: String, _ agent: World.Agent) { world.agents[name] = agent }

    func checkpoint() throws(SQLiteError) { try kine?.checkpoint() }

    /// Closes the datastore; the world can still be read.
    mutating func close() { kine = nil }

    /// Applies `writes` in one transaction; those without effect are dropped.
    /// Returns the keys that changed.
    mutating func commit(_ writes: [Write], now: Moment) throws(SQLiteError) -> [ObjectKey] {
        let effective = writes.filter { isEffective($0) }
        guard !effective.isEmpty else { return [] }
        guard let kine else {
            throw SQLiteError(code: 21, message: "the datastore is closed", doing: "commit")
        }
        var next = world
        var births = created
        try kine.transaction { () throws(SQLiteError) in
            for write in effective {
                switch write {
                case .put(let object): try put(object, kine, into: &next, births: &births, now: now)
                case .remove(let key): try remove(key, kine, from: &next, births: &births)
                }
            }
        }
        let changed = effective.compactMap(\.key)
        history.record(changed, before: world, after: next)
        world = next
        created = births
        return changed
    }

    private func isEffective(_ write: Write) -> Bool {
        switch write {
        case .remove(let key): return world[key] != nil
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

    private func put(
        _ object: JSONValue, _ kine: Kine, into world: inout World, births: inout [ObjectKey: Int],
        now: Moment
    ) throws(SQLiteError) {
        guard let key = object.key else {
            preconditionFailure("a write needs a served kind and a name")
        }
        var object = object
        if object.uid.isEmpty { object.set("metadata", "uid", to: .string(UID.random())) }
        if object.at("metadata", "creationTimestamp")?.string == nil {
            object.set("metadata", "creationTimestamp", to: .string(now.text))
        }
        let old = world[key]
        let revision = try kine.append(
            key.registryPath, value: Self.stored(object).utf8, isDeletion: false,
            created: births[key] ?? 0,
            previous: old.map { (Self.revision(of: $0), Self.stored($0).utf8) })
        if old == nil { births[key] = revision }
        object.set("metadata", "resourceVersion", to: .string(String(revision)))
        world.store(object, at: key, now: now)
        world.revision = revision
    }

    private func remove(
        _ key: ObjectKey, _ kine: Kine, from world: inout World, births: inout [ObjectKey: Int]
    ) throws(SQLiteError) {
        guard let old = world[key] else { return }
        let value = Self.stored(old).utf8
        world.revision = try kine.append(
            key.registryPath, value: value, isDeletion: true, created: births[key] ?? 0,
            previous: (Self.revision(of: old), value))
        births[key] = nil
        world.remove(key)
    }

    private static func revision(of object: JSONValue) -> Int {
        Int(object.at("metadata", "resourceVersion")?.string ?? "") ?? 0
    }
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
