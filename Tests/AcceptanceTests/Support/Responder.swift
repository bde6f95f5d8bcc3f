import JSON
import Processes
import Testing

/// Somebody who types `recover` in the lab, with a state and a journal of
/// their own: what one test leaves does not stand in another one's way.
struct Responder {
    let lab: Lab
    let folder: String
    var journal: String { "\(folder)/journal" }

    init(_ lab: Lab, _ name: String) throws {
        self.lab = lab
        folder = "\(lab.folder)/\(name)"
        try Files.makeFolder(folder)
    }

    /// `recover WORDS --journal JOURNAL` to its end.
    func recover(
        _ words: String..., journal: String? = nil, set: [String: String] = [:], seconds: Int = 60
    ) throws -> Answer {
        let words = words + ["--journal", journal ?? self.journal]
        return try lab.run(try line(words, set), seconds: seconds)
    }

    /// `recover WORDS` to its end, without a journal being named.
    func plain(_ words: String..., set: [String: String] = [:]) throws -> Answer {
        try lab.run(try line(words, set))
    }

    /// Starts `recover WORDS --journal JOURNAL`.
    func start(
        _ words: String..., failpoint: String? = nil, set: [String: String] = [:]
    ) throws -> Job {
        var set = set
        set["RECOVER_FAILPOINT"] = failpoint
        let line = try line(words + ["--journal", journal], set)
        return try Job(
            try lab.entering(line), log: "\(folder)/log", shown: line.joined(separator: " "))
    }

    /// The command line, run from outside with an environment of its own.
    func line(_ words: [String], _ set: [String: String] = [:]) throws -> [String] {
        var set = set
        set["XDG_STATE_HOME"] = set["XDG_STATE_HOME"] ?? "\(folder)/state"
        return ["/usr/bin/env"] + set.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }
            + [try Programs.path("recover")] + words
    }

    // MARK: what the journal says

    /// The kinds of its entries, in order, without those of the journal itself.
    func kinds() throws -> [String] {
        let shown = try recover("journal", "show")
        try #require(shown.code == 0, "\(shown)")
        return shown.lines.compactMap { line in
            let columns = line.split(separator: " ", omittingEmptySubsequences: true)
            guard columns.count > 3, Int(columns[0]) != nil, columns[2].contains("-") else {
                return nil
            }
            return String(columns[3])
        }
    }

    /// The id of its only run.
    func run() throws -> String {
        let list = try recover("journal", "list")
        let line = try #require(list.lines.first, "\(list)")
        return String(line.prefix { $0 != " " })
    }
}
