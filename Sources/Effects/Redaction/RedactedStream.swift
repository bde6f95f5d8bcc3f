/// A stream on its way through the redactor, in chunks cut anywhere.
///
/// Bytes leave it only once nothing that is still to come can cover them: it
/// holds back what may be the beginning of a secret, and the line it is in.
/// What it gives out does not depend on where the chunks were cut. Stretches
/// that overlap become one mark, so that no end of either is left.
public struct RedactedStream {
    private let automaton: Automaton
    private let names: [String]
    private let redactor: Redactor
    private var state: Int32 = 0
    private var shapes: ShapeScanner
    /// Bytes not given out yet; the first stands at `start` of the stream.
    private var held: [UInt8] = []
    private var start = 0
    private var covers: [Cover] = []
    private var lastCovered = -1
    private var counts: [String: Int] = [:]

    init(_ automaton: Automaton, names: [String], redactor: Redactor, isTail: Bool) {
        self.automaton = automaton
        self.names = names
        self.redactor = redactor
        shapes = ShapeScanner(isTail: isTail)
    }

    /// Takes the next bytes; what may be seen by now.
    public mutating func append(_ bytes: some Collection<UInt8>) -> [UInt8] {
        take(bytes)
        let settled = min(start + held.count - automaton.depth(state), shapes.settled)
        return give(upTo: settled)
    }

    /// The rest.
    public mutating func finish() -> [UInt8] {
        close()
        let rest = give(upTo: start + held.count)
        redactor.count(counts)
        counts = [:]
        return rest
    }

    mutating func take(_ bytes: some Collection<UInt8>) {
        let new = held.count
        held.append(contentsOf: bytes)
        let base = start + new
        held.withUnsafeBytes { buffer in
            state = automaton.scan(
                UnsafeRawBufferPointer(rebasing: buffer[new...]), from: state
            ) { end, hit in
                add(
                    Cover(
                        start: base + end - hit.length, end: base + end, name: names[hit.owner],
                        weight: hit.length))
            }
        }
        shapes.take(held, at: start)
        covers += shapes.found
        shapes.found = []
    }

    mutating func close() {
        shapes.finish(held, at: start)
        covers += shapes.found
        shapes.found = []
    }

    private mutating func add(_ cover: Cover) {
        var cover = cover
        while let last = covers.last, last.start <= cover.start ? last.touches(cover) : cover.touches(last) {
            cover.join(last)
            covers.removeLast()
        }
        covers.append(cover)
    }

    private func merged() -> [Cover] {
        var result: [Cover] = []
        for cover in covers.sorted(by: { ($0.start, $0.end) < ($1.start, $1.end) }) {
            if let last = result.last, last.touches(cover) {
                result[result.count - 1].join(cover)
            } else {
                result.append(cover)
            }
        }
        return result
    }

    /// What may be seen of the bytes before `end`, which leave. A stretch that
    /// goes on behind it stays, and hides what leaves of it.
    ///
    /// - Parameter kept: what stands outside it leaves unseen.
    mutating func give(upTo end: Int, keeping kept: Range<Int> = 0..<Int.max) -> [UInt8] {
        guard end > start else { return [] }
        var result: [UInt8] = []
        var at = start
        var rest: [Cover] = []
        func show(_ range: Range<Int>) {
            let seen = range.clamped(to: kept)
            guard !seen.isEmpty else { return }
            result += held[(seen.lowerBound - start)..<(seen.upperBound - start)]
        }
        for cover in merged() {
            if at < min(cover.start, end) { show(at..<min(cover.start, end)) }
            at = max(at, min(cover.start, end))
            guard cover.end <= end else {
                var later = cover
                if cover.continues, cover.start == lastCovered { lastCovered = end }
                later.start = max(cover.start, end)
                rest.append(later)
                at = max(at, end)
                continue
            }
            let isSeen = cover.start < kept.upperBound && cover.end > kept.lowerBound
            if isSeen, !(cover.continues && cover.start == lastCovered) {
                result += Redactor.mark(cover.name)
                counts[cover.name, default: 0] += 1
            }
            lastCovered = cover.end
            at = cover.end
        }
        if at < end { show(at..<end) }
        covers = rest
        held.removeFirst(end - start)
        start = end
        return result
    }
}
