internal import LabCluster
internal import LabHosts
import Synchronization

/// What listens in the lab beside the API and `sshd`: real sockets for
/// programs, and the same doors without a socket for what is simulated itself,
/// such as a node's image pulls.
final class Network: Sendable {
    /// An address and a port.
    struct Place: Hashable, Sendable, CustomStringConvertible {
        let address: String
        let port: UInt16

        var description: String { "\(address):\(port)" }
    }

    /// What answers there.
    enum Answering: Sendable {
        case plain(WebDoor.Responder)
        case secure(WebDoor.Certificates, WebDoor.Responder)
        case names(@Sendable (DNSMessage) -> DNSAnswer)

        fileprivate var kind: Int {
            switch self {
            case .plain: 0
            case .secure: 1
            case .names: 2
            }
        }
    }

    private struct Listening {
        let answering: Answering
        let close: @Sendable () -> Void
    }

    private let opensSockets: Bool
    private let listening = Mutex<[Place: Listening]>([:])
    /// Changes of what listens are one at a time.
    private let turn = Mutex(())

    /// Without sockets only the lab itself reaches the doors: for tests.
    init(opensSockets: Bool = true) { self.opensSockets = opensSockets }

    /// Makes exactly `wanted` answer. A place that stays open keeps the
    /// answering it was opened with.
    func arrange(_ wanted: [Place: Answering]) {
        turn.withLock { _ in
            let old = listening.withLock { $0 }
            let gone = old.filter { wanted[$0.key]?.kind != $0.value.answering.kind }
            listening.withLock { now in for place in gone.keys { now[place] = nil } }
            for door in gone.values { door.close() }
            for (place, answering) in wanted where old[place] == nil || gone[place] != nil {
                do {
                    let close = try open(place, answering)
                    listening.withLock {
                        $0[place] = Listening(answering: answering, close: close)
                    }
                } catch {
                    Complaint.say("nothing can listen on \(place): \(error)")
                }
            }
        }
    }

    /// Every place something listens on.
    var places: Set<Place> { listening.withLock { Set($0.keys) } }

    /// What answers at `place`; nil: the connection is refused.
    func answering(at place: Place) -> Answering? {
        listening.withLock { $0[place]?.answering }
    }

    private func open(
        _ place: Place, _ answering: Answering
    ) throws -> @Sendable () -> Void {
        guard opensSockets else { return {} }
        switch answering {
        case .plain(let responder):
            let door = try WebDoor(
                address: place.address, port: place.port, certificates: nil, responder: responder)
            return { door.close() }
        case .secure(let certificates, let responder):
            let door = try WebDoor(
                address: place.address, port: place.port, certificates: certificates,
                responder: responder)
            return { door.close() }
        case .names(let answer):
            let door = try NameDoor(address: place.address, port: place.port, answer: answer)
            return { door.close() }
        }
    }
}
