import LabHosts

/// Something that goes wrong in a lab.
enum Fault: Hashable, Sendable, CustomStringConvertible {
    /// A machine loses its power: `kill-node NODE`.
    case killNode(String)

    /// Reads `kill-node NODE`.
    init(_ text: String) throws(InputError) {
        let words = text.split(separator: " ").map(String.init)
        guard words.count == 2, words[0] == "kill-node" else {
            throw InputError("the lab has no fault '\(text)'; it has: kill-node NODE")
        }
        self = .killNode(words[1])
    }

    var description: String {
        switch self {
        case .killNode(let node): "kill-node \(node)"
        }
    }

    /// Lets it happen.
    func happen(in world: World) throws {
        switch self {
        case .killNode(let node): try world.hosts.host(node).powerOff()
        }
    }

    /// Waits until it can be seen from outside.
    func awaitShown(in world: World) throws {
        switch self {
        case .killNode(let node): try world.awaitLost(node, seconds: 120)
        }
    }
}
