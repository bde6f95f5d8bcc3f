import JSON
import Journal
import RecoveryEngine
import Testing

/// A run from its beginning to its end, with the world at every boundary.
struct Recording {
    static let run = "run-1"

    /// An act, and how many entries stood when it was performed.
    struct Performance {
        let entries: Int
        let before: Scene
        let act: Act
        /// 0 for the first act of the run.
        let order: Int
        /// So many entries stand once its verdict is among them.
        var settled = Int.max
    }

    let plan: Plan
    private(set) var drafts: [Draft] = []
    /// The world right behind entry k, and right before the next commit.
    private(set) var first: [Int: Scene] = [:]
    private(set) var last: [Int: Scene] = [:]
    private(set) var performances: [Performance] = []
    private(set) var exit = ExitCode.internalError

    init(_ plan: Plan, _ world: any ScriptedWorld) throws {
        self.plan = plan
        let tape = Tape()
        let hands = ScriptedHands(Scene(world))
        hands.beforeCommit = { tape.last[$0] = $1 }
        hands.afterEntry = { tape.first[$0] = $1 }
        hands.beforeAct = {
            tape.performances.append(Performance(
                    entries: $0, before: $1, act: $2, order: tape.performances.count))
        }
        let folder = try TemporaryFolder()
        let engine = try Engine(
            run: Self.run, journal: try Self.journal(folder), hands: hands, narrator: hands)
        exit = try engine.begin(plan)
        try engine.close()
        for entry in try Self.entries(folder) {
            drafts.append(Draft(run: Self.run, kind: entry.kind, data: entry.data))
            guard entry.kind == "verdict", let attempt = entry.data["attempt"]?.string else {
                continue
            }
            for index in tape.performances.indices
            where tape.performances[index].act.attempt == attempt {
                tape.performances[index].settled = drafts.count
            }
        }
        (first, last, performances) = (tape.first, tape.last, tape.performances)
    }

    private final class Tape {
        var first: [Int: Scene] = [:], last: [Int: Scene] = [:]
        var performances: [Performance] = []
    }

    static func journal(_ folder: TemporaryFolder) throws(JournalError) -> Journal {
        try Journal.open(
            directory: folder.path + "/journal", mode: .create,
            options: JournalOptions(allowEphemeral: true),
            now: { Timestamps(wall: 1_700_000_000_000, monotonic: 0, boot: "boot-1") },
            by: ["user": "anna", "host": "web1"], engineVersion: "1.0.0")
    }

    static func entries(_ folder: TemporaryFolder) throws -> [JournalEntry] {
        let journal = try Journal.open(
            directory: folder.path + "/journal", mode: .readOnly,
            options: JournalOptions(allowEphemeral: true),
            now: { Timestamps(wall: 0, monotonic: 0, boot: "") }, by: [:], engineVersion: "1.0.0")
        return try journal.entries(run: run)
    }
}
