import JSON

/// How a request is held while its engine is killed.
struct Hold: Hashable, Sendable {
    /// Where the request stands while it is held.
    enum Mode: String, Hashable, Sendable {
        /// Not applied; released while the next engine asks.
        case before
        /// Applied, its answer withheld.
        case after
        /// Applied a while later, whoever has gone by then.
        case late
    }

    var mode: Mode
    /// What stands between the engine and its child dies with the engine.
    var keeperToo = false
    /// The engine that takes the run up is killed as well, while the request
    /// is still held.
    var twice = false
    /// Released before anybody takes the run up.
    var orphaned = false

    var description: String {
        let words = ["request \(mode.rawValue) apply"] + (keeperToo ? ["keeper too"] : [])
        return (words + (twice ? ["twice"] : []) + (orphaned ? ["orphaned"] : []))
            .joined(separator: ", ")
    }

    /// Every way for a step with a child under a keeper.
    static let ofChildren: [Hold] = [
        Hold(mode: .before), Hold(mode: .before, keeperToo: true),
        Hold(mode: .before, twice: true), Hold(mode: .before, orphaned: true),
        Hold(mode: .after), Hold(mode: .after, keeperToo: true),
        Hold(mode: .late), Hold(mode: .late, keeperToo: true),
    ]

    /// Every way for a step that asks the operator.
    static let ofOperator: [Hold] = [
        Hold(mode: .before), Hold(mode: .before, keeperToo: true),
        Hold(mode: .after), Hold(mode: .after, keeperToo: true),
        Hold(mode: .late), Hold(mode: .late, keeperToo: true),
    ]

    /// Every way for a step that only fetches the desired state: its program
    /// is frozen in place of a request, so there is no *applied, not answered*.
    static let ofFetch: [Hold] = [
        Hold(mode: .before), Hold(mode: .before, keeperToo: true), Hold(mode: .late),
    ]

    var json: JSONValue {
        [
            "mode": .string(mode.rawValue), "keeper-too": .bool(keeperToo), "twice": .bool(twice),
            "orphaned": .bool(orphaned),
        ]
    }

    init(
        mode: Mode, keeperToo: Bool = false, twice: Bool = false, orphaned: Bool = false
    ) {
        self.mode = mode
        self.keeperToo = keeperToo
        self.twice = twice
        self.orphaned = orphaned
    }

    init?(json: JSONValue) {
        guard let mode = json["mode"]?.string.flatMap(Mode.init(rawValue:)) else { return nil }
        self.init(
            mode: mode, keeperToo: json["keeper-too"]?.bool ?? false,
            twice: json["twice"]?.bool ?? false, orphaned: json["orphaned"]?.bool ?? false)
    }
}
