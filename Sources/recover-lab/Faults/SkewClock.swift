import LabHosts

/// A machine's clock has left its time server.
struct SkewClock: Fault {
    static let usage = "skew-clock NODE SECONDS"
    static let meaning =
        "timedatectl and chronyc say that the clock is not synchronized, and how far off it is"

    private let node: String
    private let seconds: Int

    init(_ words: [String], in description: LabDescription) throws(InputError) {
        node = try description.machine(words[0])
        guard let seconds = Int(words[1]) else {
            throw InputError("\(words[1]) is no number of seconds: \(Self.usage)")
        }
        self.seconds = seconds
    }

    var words: [String] { [node, String(seconds)] }

    func happen(in world: World) throws {
        try world.hosts.host(node).clock = MachineClock(isSynchronized: false, skew: seconds)
    }

    func unseen(in world: World) -> [String] { [] }
}
