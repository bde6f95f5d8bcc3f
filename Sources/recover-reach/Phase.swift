internal import Synchronization

/// What this process waits for, so that the end of its time can say so: the
/// handler of that signal reads it, hence one atomic word.
enum Phase: Int {
    case starting, mirror, connecting, refs, pack, writing

    private static let now = Atomic<Int>(Phase.starting.rawValue)

    static func enter(_ phase: Phase) { now.store(phase.rawValue, ordering: .relaxed) }

    static var isConnecting: Bool {
        now.load(ordering: .relaxed) == Phase.connecting.rawValue
    }

    static var isWaitingForMirror: Bool {
        now.load(ordering: .relaxed) == Phase.mirror.rawValue
    }

    /// What was being done, as the end of a sentence; constant text.
    static var words: StaticString {
        switch Phase(rawValue: now.load(ordering: .relaxed)) {
        case .mirror: "waiting for another fetch to leave the mirror"
        case .connecting: "connecting to the source"
        case .refs: "waiting for the source's list of refs"
        case .pack: "receiving the source's pack"
        case .writing: "writing the mirror"
        default: "at work"
        }
    }
}
