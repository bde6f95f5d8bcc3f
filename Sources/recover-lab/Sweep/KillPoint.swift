import JSON

/// One place, and one way, to kill the engine.
struct KillPoint: Hashable, Sendable {
    /// From 1, in the order of the run.
    var number = 0
    /// Index of the stretch it lies in.
    let stretch: Int
    /// The step of that stretch.
    let step: String
    /// The failpoint, by name and by number in the process that is killed.
    let name: String
    var place: Int
    /// Its keeper dies with it; only where there is no barrier.
    var keeperToo = false
    /// The barrier that is up, from the failpoint on.
    var hold: Hold?
    /// Entries the engine had been told are stored, since the stretch began.
    let acknowledged: Int

    /// `61 cordon: after wait, keeper too`
    var description: String { "\(number) \(title)" }

    private var title: String {
        "\(step): " + (hold?.description ?? (keeperToo ? "\(name), keeper too" : name))
    }

    /// Whether it is meant by its number, its step, or the beginning of its
    /// description behind the number.
    func answers(to name: String) -> Bool {
        Int(name) == number || name == step || name.contains(":") && title.hasPrefix(name)
    }

    var json: JSONValue {
        [
            "number": .int(number), "stretch": .int(stretch), "step": .string(step),
            "name": .string(name), "place": .int(place), "keeper-too": .bool(keeperToo),
            "hold": hold?.json ?? .null, "acknowledged": .int(acknowledged),
        ]
    }

    init(
        stretch: Int, step: String, name: String, place: Int, keeperToo: Bool = false,
        hold: Hold? = nil, acknowledged: Int
    ) {
        self.stretch = stretch
        self.step = step
        self.name = name
        self.place = place
        self.keeperToo = keeperToo
        self.hold = hold
        self.acknowledged = acknowledged
    }

    init?(json: JSONValue) {
        guard let stretch = json["stretch"]?.int, let step = json["step"]?.string,
            let name = json["name"]?.string, let place = json["place"]?.int
        else { return nil }
        self.init(
            stretch: stretch, step: step, name: name, place: place,
            keeperToo: json["keeper-too"]?.bool ?? false,
            hold: json["hold"].flatMap(Hold.init(json:)),
            acknowledged: json["acknowledged"]?.int ?? 0)
        number = json["number"]?.int ?? 0
    }
}
