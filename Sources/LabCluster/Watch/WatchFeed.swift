import JSON

/// The events of one watch as lines of JSON: pure, one batch of history after
/// the other in.
struct WatchFeed: Sendable {
    private let query: WatchQuery
    /// Everything up to here has been told.
    private(set) var revision: Int
    /// Whether its last line ended it.
    private(set) var isEnded = false
    /// A client that gets Tables knows their columns from the first one.
    private var hasTold = false

    /// A feed that starts where `query` says, or behind what `world` holds.
    init(_ query: WatchQuery, world: World) {
        self.query = query
        revision = query.start ?? world.revision
    }

    /// The objects there are, for a watch that starts with them.
    mutating func initial(_ world: World, now: Moment) -> [UInt8] {
        guard query.start == nil else { return [] }
        let added = query.selection.objects(in: world).flatMap {
            line("ADDED", $0, world, now: now)
        }
        guard query.sendsInitial else { return added }
        var mark = bookmark
        mark.set("metadata", "annotations", "k8s.io/initial-events-end", to: "true")
        return added + line("BOOKMARK", mark, world, now: now)
    }

    /// The lines of `entries`, which go up to `last`.
    mutating func lines(
        _ entries: [EventHistory.Entry], upTo last: Int, world: World, now: Moment
    ) -> [UInt8] {
        var output: [UInt8] = []
        for entry in entries {
            let had = entry.old.map(query.selection.contains) ?? false
            let has = entry.new.map(query.selection.contains) ?? false
            switch (had, has) {
            case (false, false): continue
            case (false, true): output += line("ADDED", entry.new, world, now: now)
            case (true, true): output += line("MODIFIED", entry.new, world, now: now)
            case (true, false):
                // One that left the selection goes as it was, at the new revision.
                var gone = entry.old
                gone?.set("metadata", "resourceVersion", to: .string(String(entry.revision)))
                output += line("DELETED", gone, world, now: now)
            }
        }
        revision = max(revision, last)
        return output
    }

    /// Tells how far the watch is, although nothing of it changed.
    mutating func bookmarkLine(_ world: World, now: Moment) -> [UInt8] {
        query.allowsBookmarks ? line("BOOKMARK", bookmark, world, now: now) : []
    }

    /// The line that ends the watch with a refusal.
    mutating func end(_ error: StatusError) -> [UInt8] {
        isEnded = true
        let event: JSONValue = ["type": "ERROR", "object": error.body]
        return event.utf8 + [0x0A]
    }

    private var bookmark: JSONValue {
        [
            "kind": .string(query.selection.type.kind),
            "apiVersion": .string(query.selection.type.apiVersion),
            "metadata": [
                "resourceVersion": .string(String(revision)), "creationTimestamp": .null,
            ], "spec": [:],
        ]
    }

    private mutating func line(
        _ type: String, _ object: JSONValue?, _ world: World, now: Moment
    ) -> [UInt8] {
        guard let object else { return [] }
        let shown: JSONValue
        switch query.form {
        case .object: shown = object
        case .metadata(let version): shown = Representation.partial(object, version: version)
        case .table(let version, let include):
            let printer = world.printer(of: query.selection.type)
            shown = Table(printer, version: version, include: include, now: now).document(
                [object], revision: object.revision, withColumns: !hasTold)
        }
        hasTold = true
        let event: JSONValue = ["type": .string(type), "object": shown]
        return event.utf8 + [0x0A]
    }
}
