internal import Glibc
internal import JSON
internal import Journal

/// Does what a test cannot do in its own process, because it ends the process:
///
///     mortal killed FOLDER ENTRIES   kills itself with so many entries in a journal in FOLDER
///     mortal draft VALUE             makes a draft that holds null, a fraction or a number
@main struct Mortal {
    static func main() throws {
        let words = CommandLine.arguments.dropFirst()
        switch (words.first, words.dropFirst().first) {
        case ("killed", let folder?): try append(words.last.flatMap { Int($0) } ?? 0, in: folder)
        case ("draft", "null"): _ = Draft(kind: "k", data: ["a": .null])
        case ("draft", "fraction"): _ = Draft(kind: "k", data: ["a": .double(1)])
        case ("draft", "number"): _ = Draft(kind: "k", data: ["a": 1])
        default: exit(2)
        }
    }

    private static func append(_ count: Int, in folder: String) throws {
        var journal = try Journal.open(
            directory: folder + "/journal", mode: .create,
            options: JournalOptions(anchorDirectory: folder + "/anchors", allowEphemeral: true),
            now: { Timestamps(wall: 1_700_000_000_000, monotonic: 5_000_999, boot: "b00t") },
            by: ["user": "anna", "host": "web1"], engineVersion: "1.2.3")
        for number in 0..<count {
            _ = try journal.append([Draft(run: "r", kind: "k", data: ["number": .int(number)])])
        }
        kill(getpid(), SIGKILL)
    }
}
