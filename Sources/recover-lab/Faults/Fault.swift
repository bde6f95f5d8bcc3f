/// Something that goes wrong in a lab, asked for by name and words, such as
/// `kill-node rpi2`. Several can happen to one world.
protocol Fault: Sendable {
    /// What is typed: `kill-node NODE`.
    static var usage: String { get }
    /// What happens then, in one line.
    static var meaning: String { get }

    /// From the words behind the name; their number is right. An error says
    /// what in the estate they do not fit.
    init(_ words: [String], in description: LabDescription) throws(InputError)

    /// The words it was asked for with.
    var words: [String] { get }
    /// Lets it happen. Asked again, it changes nothing more.
    func happen(in world: World) throws
    /// What still does not show from outside; empty once it can be seen.
    func unseen(in world: World) -> [String]
    /// Takes it back where no responder gets at it, as somebody outside of the
    /// estate would: who plugs the cable in again, or runs the Git host.
    func mend(in world: World) throws
}

extension Fault {
    static var name: String { usage.split(separator: " ").first.map(String.init) ?? usage }

    /// The line it was asked for with.
    var line: String { ([Self.name] + words).joined(separator: " ") }

    func mend(in world: World) throws {
        throw InputError("'\(line)' is for the responder to mend, from inside the lab")
    }

    /// Waits until it can be seen from outside.
    func awaitShown(in world: World) throws {
        try world.waitFor(120, "the fault \(line) does not show") { unseen(in: world) }
    }
}
