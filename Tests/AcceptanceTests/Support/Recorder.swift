import Glibc
import Testing

/// A program that writes down what it was started with: the number of its
/// arguments, each of them, and what it could read.
struct Recorder {
    /// The program as a step names it.
    let program: String
    /// Where its record lies for us.
    private let record: String

    /// Makes it in `folder`, which a step sees as `seen`.
    init(_ folder: String, seen: String? = nil) throws {
        let seen = seen ?? folder
        program = "\(seen)/recorder"
        record = "\(folder)/record"
        try Files.write(
            "#!/bin/sh\nprintf '%s\\0' \"$#\" \"$@\" >>\(seen)/record\ncat >>\(seen)/record.in\n",
            to: "\(folder)/recorder", mode: 0o755)
        clear()
    }

    func clear() {
        unlink(record)
        unlink("\(record).in")
    }

    /// What it read.
    var input: [UInt8] { Files.bytes("\(record).in") ?? [] }

    /// The arguments of each start, as bytes.
    func starts() throws -> [[[UInt8]]] {
        var words = (Files.bytes(record) ?? []).split(
            separator: 0, omittingEmptySubsequences: false
        ).map(Array.init)[...]
        if words.last?.isEmpty == true { words.removeLast() }
        var starts: [[[UInt8]]] = []
        while let word = words.popFirst() {
            let count = try #require(
                Int(String(decoding: word, as: UTF8.self)), "the record is not whole")
            try #require(words.count >= count, "the record is not whole")
            starts.append(Array(words.prefix(count)))
            words = words.dropFirst(count)
        }
        return starts
    }
}
