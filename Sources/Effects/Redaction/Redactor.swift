public import Processes
internal import Synchronization

/// The one net between what children, hosts and APIs say and everybody who
/// sees it: terminal, journal, output files, error texts.
///
/// It knows the secrets it was told, in all their usual spellings, and the
/// shapes of credentials nobody told it of. What is learnt later is added to
/// the same one, before its first byte is shown.
///
/// It is the last net. Who encodes a secret twice, or prints it letter by
/// letter, gets past it.
public final class Redactor: Sendable {
    private struct Known {
        var patterns: [(bytes: [UInt8], owner: Int)] = []
        var names: [String] = []
        var automaton = Automaton([])
        var counts: [String: Int] = [:]
    }

    private let known = Mutex(Known())

    public init() {}

    /// Registers a secret. One that has a `Secret.refusal` for its length is
    /// not looked for.
    public func add(_ secret: [UInt8], name: String) {
        let patterns = Telltales.of(secret)
        guard !patterns.isEmpty else { return }
        known.withLock { known in
            known.patterns += patterns.map { ($0, known.names.count) }
            known.names.append(name)
            known.automaton = Automaton(known.patterns)
        }
    }

    /// How often something of a name was taken out: what tried to leak.
    public var counts: [String: Int] { known.withLock { $0.counts } }

    func count(_ new: [String: Int]) {
        guard !new.isEmpty else { return }
        known.withLock { $0.counts.merge(new, uniquingKeysWith: +) }
    }

    static let markStart = Array("[redacted:".utf8)
    static func mark(_ name: String) -> [UInt8] { markStart + Array("\(name)]".utf8) }

    /// A stream through the net, by what is known now.
    public func stream() -> RedactedStream { stream(isTail: false) }

    private func stream(isTail: Bool) -> RedactedStream {
        known.withLock {
            RedactedStream($0.automaton, names: $0.names, redactor: self, isTail: isTail)
        }
    }

    /// `bytes`, a whole output, with every secret replaced by its mark.
    public func redact(_ bytes: [UInt8]) -> [UInt8] {
        var stream = stream()
        return stream.append(bytes) + stream.finish()
    }

    /// `text` with every secret replaced by its mark.
    public func redact(_ text: String) -> String {
        String(decoding: redact(Array(text.utf8)), as: UTF8.self)
    }

    /// How much of a window's cut edges is thrown away.
    ///
    /// A secret the cut went through is shorter than this on either side of it,
    /// and half of one cannot be found. One that begins before the strip and
    /// ends in it is there whole: it is found, and leaves its mark.
    public var overlap: Int { max(known.withLock { $0.automaton.longest } - 1, ShapeScanner.reach) }

    /// What may be kept of an output: its two ends, redacted, without the
    /// strips along the cut, and between them a line that says how much is
    /// missing.
    public func redact(_ window: Window) -> [UInt8] {
        guard window.dropped > 0 else { return redact(window.bytes) }
        let overlap = overlap
        let head = window.head, tail = window.tail
        let first = 0..<max(0, head.count - overlap)
        let last = ShapeScanner.wordEnd(tail, from: min(overlap, tail.count))..<tail.count
        let missing = window.total - first.count - last.count
        return redact(head, keeping: first, isTail: false)
            + Array("\n[\(missing) bytes are not kept here]\n".utf8)
            + redact(tail, keeping: last, isTail: true)
    }

    private func redact(_ bytes: [UInt8], keeping kept: Range<Int>, isTail: Bool) -> [UInt8] {
        var stream = stream(isTail: isTail)
        stream.take(bytes)
        stream.close()
        let seen = stream.give(upTo: bytes.count, keeping: kept)
        return seen + stream.finish()
    }
}
