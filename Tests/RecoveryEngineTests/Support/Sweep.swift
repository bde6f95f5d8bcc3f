import JSON
import Journal
import RecoveryEngine
import Testing

/// Crashes a recorded run behind every entry, with everything that may be true
/// of the world then, resumes it and judges the end.
struct Sweep {
    let recording: Recording
    /// Milliseconds between crash and resume.
    let gaps: [Int]
    private(set) var prefixes = 0
    private(set) var states = 0
    private(set) var doubles = 0
    private(set) var unknowns = 0
    private(set) var objections: [String] = []

    init(_ recording: Recording, gaps: [Int]) throws {
        self.recording = recording
        self.gaps = gaps
        for count in 1...recording.drafts.count {
            prefixes += 1
            for case let (act, scene, doubt) in cases(count) {
                states += 1
                let crash = Crash(
                    recording: recording, count: count, scene: scene, act: act, doubt: doubt)
                let outcome = try crash.resume()
                doubles += outcome.doubles.count
                if outcome.standing == .unknown { unknowns += 1 }
                objections += outcome.objections.map { "\(crash): \($0)" }
            }
        }
    }

    var summary: String {
        "prefixes \(prefixes), states \(states), double effects \(doubles), unknowns \(unknowns)"
    }

    private func cases(_ count: Int) -> [(act: Act?, scene: Scene, doubt: Doubt)] {
        let inDoubt = recording.performances.last { $0.entries <= count && count < $0.settled }
        guard let inDoubt else { return certain(count) }
        let isRemote = if case .ssh = inDoubt.act.deed { true } else { false }
        let doubts =
            count == inDoubt.entries
            ? Doubt.afterIntent(isRemote: isRemote, gaps: gaps) : Doubt.afterExit(gaps: gaps)
        return doubts.map { (inDoubt.act, inDoubt.before, $0) }
    }

    /// No act is open: the world is as it was behind the entry, or as it was
    /// before the next, if a person or a controller did something in between.
    private func certain(_ count: Int) -> [(act: Act?, scene: Scene, doubt: Doubt)] {
        guard let first = recording.first[count] else { return [] }
        var scenes = [first]
        if let last = recording.last[count], !last.isSame(as: first) { scenes.append(last) }
        return scenes.flatMap { scene in
            gaps.map { (nil, scene, Doubt(effect: .never, child: .neverStarted, gap: $0)) }
        }
    }
}
