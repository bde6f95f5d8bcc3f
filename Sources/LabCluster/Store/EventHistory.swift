import JSON

/// The last changes of the objects, for watches to follow: bounded, so that the
/// memory of a long-lived cluster stays flat. A watch that starts before the
/// kept part is told so, as on a real server behind a compaction.
struct EventHistory: Sendable {
    /// One object before and behind one commit.
    struct Entry: Sendable {
        let revision: Int
        let resource: ResourceKey
        let old: JSONValue?
        let new: JSONValue?
    }

    /// The revision asked for is no longer known.
    struct Expired: Error, Hashable {
        let asked: Int
        let oldest: Int
    }

    /// How many entries are kept at least, and how many more at most.
    static let capacity = 2048, slack = 256

    /// Entries behind this revision are all here.
    private(set) var floor: Int
    private var entries: [Entry] = []

    init(floor: Int) { self.floor = floor }

    /// How many it holds.
    var count: Int { entries.count }

    /// Adds what a commit made of `keys`.
    mutating func record(_ keys: [ObjectKey], before: World, after: World) {
        let changed = Set(keys).flatMap { key -> [Entry] in
            let (old, new) = (before[key], after[key])
            guard let old, let new, old.uid != new.uid else {
                guard old != nil || new != nil else { return [] }
                return [Entry(key, old, new, after.revision)]
            }
            // Gone and made again within one commit is two events.
            return [Entry(key, old, nil, new.revision ?? after.revision)]
                + [Entry(key, nil, new, after.revision)]
        }
        entries += changed.sorted { $0.revision < $1.revision }
        guard entries.count > Self.capacity + Self.slack else { return }
        floor = entries[entries.count - Self.capacity - 1].revision
        entries.removeFirst(entries.count - Self.capacity)
    }

    /// What happened to objects of `resource` behind `revision`, oldest first.
    func entries(of resource: ResourceKey, after revision: Int) throws(Expired) -> [Entry] {
        guard revision >= floor else { throw Expired(asked: revision, oldest: floor) }
        var (low, high) = (0, entries.count)
        while low < high {
            let middle = (low + high) / 2
            if entries[middle].revision <= revision { low = middle + 1 } else { high = middle }
        }
        return entries[low...].filter { $0.resource == resource }
    }
}

extension EventHistory.Entry {
    fileprivate init(_ key: ObjectKey, _ old: JSONValue?, _ new: JSONValue?, _ last: Int) {
        var gone = old
        // A deleted object tells the revision of its deletion.
        if new == nil { gone?.set("metadata", "resourceVersion", to: .string(String(last))) }
        self.init(
            revision: new?.revision ?? last, resource: key.resource, old: gone, new: new)
    }
}

extension JSONValue {
    /// The revision an object was written at.
    var revision: Int? { at("metadata", "resourceVersion")?.string.flatMap { Int($0) } }
}
