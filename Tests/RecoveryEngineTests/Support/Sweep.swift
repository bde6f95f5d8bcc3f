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
            for (acts, scene, gap) in cases(count) {
                states += 1
                let crash = Crash(
                    recording: recording, count: count, scene: scene, acts: acts, gap: gap)
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

    private typealias Case = (acts: [(act: Act, doubt: Doubt)], scene: Scene, gap: Int)

    private func cases(_ count: Int) -> [Case] {
        let inDoubt = recording.performances.filter { $0.entries <= count && count < $0.settled }
        guard let first = inDoubt.first else { return certain(count) }
        if inDoubt.count > 1 { return together(inDoubt, count) }
        let isRemote = if case .ssh = first.act.deed { true } else { false }
        let doubts =
            count == first.entries
            ? Doubt.afterIntent(isRemote: isRemote, gaps: gaps) : Doubt.afterExit(gaps: gaps)
        return doubts.map { ([(first.act, $0)], scene(first, count), $0.gap) }
    }

    /// The world before the act, with what others have done since.
    private func scene(_ first: Recording.Performance, _ count: Int) -> Scene {
        var scene = first.before
        for other in recording.performances
        where other.order > first.order && other.settled <= count { scene.land(other.act) }
        return scene
    }

    /// Several acts in doubt, each in its own way.
    private func together(_ acts: [Recording.Performance], _ count: Int) -> [Case] {
        var combinations: [[(act: Act, doubt: Doubt)]] = [[]]
        for performance in acts {
            combinations = combinations.flatMap { combination in
                Doubt.ofMany(gap: gaps[0]).map { combination + [(performance.act, $0)] }
            }
        }
        return combinations.map { ($0, scene(acts[0], count), gaps[0]) }
    }

    /// No act is open: the world is as it was behind the entry, or as it was
    /// before the next, if a person or a controller did something in between.
    private func certain(_ count: Int) -> [Case] {
        guard let first = recording.first[count] else { return [] }
        var scenes = [first]
        if let last = recording.last[count], !last.isSame(as: first) { scenes.append(last) }
        return scenes.flatMap { scene in
            gaps.map { ([], scene, $0) }
        }
    }
}
