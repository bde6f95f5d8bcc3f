/// Finds credentials by their shape, line by line.
///
/// A line longer than `piece` is looked at in pieces that overlap by `reach`,
/// so that what is held back stays bounded whatever the stream is.
struct ShapeScanner {
    /// A shape is told within this many bytes of its beginning.
    static let reach = 8 << 10
    /// What is looked at in one go.
    private static let piece = 64 << 10
    /// A private key is no longer than this.
    private static let longestKey = 64 << 10

    private static let automaton = Automaton(
        Shape.triggers.enumerated().map { (Array($1.word.utf8), $0) })

    /// What was found since it was last emptied.
    var found: [Cover] = []

    /// Where the piece begins that is not complete yet.
    private var start = 0
    /// Up to here bytes are known not to end the line.
    private var searched = 0
    /// Where the piece before ended, when it was of the same line.
    private var resumed: Int?
    /// A run of these characters reaches to the end of the piece before.
    private var open: (alphabet: Shape.Alphabet, name: String)?
    /// Where a private key began that has not ended.
    private var key: Int?
    /// Nothing has told yet what the stream was cut out of.
    private var isLost: Bool
    private var json = SecretInJSON()
    private var yaml = SecretInYAML()

    /// - Parameter isTail: whether the stream begins in the middle of another.
    init(isTail: Bool) { isLost = isTail }

    /// Nothing found later begins before this place.
    var settled: Int {
        if isLost { return 0 }
        return min(start, json.pending ?? start, yaml.pending ?? start)
    }

    /// Looks at what is complete of `held`, whose first byte stands at `base`.
    mutating func take(_ held: [UInt8], at base: Int) {
        while true {
            let from = max(start, searched) - base
            let limit = min(held.count, start - base + Self.piece)
            if let newline = held[from..<limit].firstIndex(of: 0x0A) {
                look(held[(start - base)...newline], base, isEnd: true)
            } else if limit == start - base + Self.piece {
                look(held[(start - base)..<limit], base, isEnd: false)
            } else {
                searched = base + limit
                return
            }
        }
    }

    /// Looks at the rest; nothing follows.
    mutating func finish(_ held: [UInt8], at base: Int) {
        take(held, at: base)
        if start - base < held.count { look(held[(start - base)...], base, isEnd: true) }
        isLost = false
    }

    private mutating func look(_ bytes: ArraySlice<UInt8>, _ base: Int, isEnd: Bool) {
        let end = base + bytes.endIndex
        let fresh = bytes[((resumed ?? start) - base)...]
        if let (alphabet, name) = open {
            let stop = fresh.firstIndex { !alphabet.contains($0) } ?? bytes.endIndex
            cover(base + fresh.startIndex, base + stop, name, continues: true)
            if stop < bytes.endIndex { open = nil }
        }
        if let key, key < base + fresh.startIndex {
            cover(base + fresh.startIndex, end, Shape.begin.name, continues: true)
        }
        search(bytes, base)
        json.take(fresh, at: base, &found)
        yaml.take(fresh, at: base, isStart: resumed == nil, isEnd: isEnd, &found)
        if isEnd {
            open = nil
            resumed = nil
            start = end
        } else {
            resumed = end
            start = end - Self.reach
        }
        searched = end
        if let key, end - key > Self.longestKey { self.key = nil }
        if end > Self.piece { isLost = false }
    }

    private mutating func search(_ bytes: ArraySlice<UInt8>, _ base: Int) {
        let lower = bytes.map { (0x41...0x5A).contains($0) ? $0 + 32 : $0 }
        let match = ShapeMatch(bytes: bytes)
        let first = bytes.startIndex
        var hits: [(Int, Automaton.Hit)] = []
        lower.withUnsafeBytes { buffer in
            _ = Self.automaton.scan(buffer, from: 0) { hits.append(($0, $1)) }
        }
        for (end, hit) in hits {
            let trigger = (first + end - hit.length)..<(first + end)
            let shape = Shape.triggers[hit.owner].shape
            switch shape {
            case .begin, .end: armour(bytes, trigger, base, isBegin: hit.length == 11)
            case .kind: kind(bytes, trigger, base)
            default:
                guard let range = match.range(shape, trigger) else { continue }
                cover(base + range.lowerBound, base + range.upperBound, shape.name)
                if range.upperBound == bytes.endIndex { open = (.token, shape.name) }
            }
        }
    }

    /// A line that begins or ends a private key.
    private mutating func armour(
        _ bytes: ArraySlice<UInt8>, _ trigger: Range<Int>, _ base: Int, isBegin: Bool
    ) {
        let rest = bytes[trigger.upperBound...].prefix(64)
        let words = Array("PRIVATE KEY".utf8)
        guard let place = (rest.startIndex..<rest.endIndex).first(where: {
            rest[$0...].starts(with: words)
        }), !rest[..<place].contains(0x0A), !rest[..<place].contains(0x2D)
        else { return }
        let end = base + bytes.endIndex - bytes[(place + words.count)...].drop { $0 == 0x2D }.count
        if isBegin {
            key = key ?? (base + trigger.lowerBound)
            cover(base + trigger.lowerBound, base + bytes.endIndex, Shape.begin.name)
        } else if let begin = key {
            // What was covered to the end of the line ends here.
            found.removeAll { $0.name == Shape.begin.name && $0.end > end && $0.start < end }
            let from = max(begin, min(base + bytes.startIndex, resumed ?? Int.max))
            cover(from, end, Shape.begin.name, continues: from > begin)
            key = nil
        } else if isLost {
            cover(0, end, Shape.begin.name)
        }
        isLost = false
    }

    /// What stood before the first `kind: Secret` of a cut-off output may be its data.
    private mutating func kind(_ bytes: ArraySlice<UInt8>, _ trigger: Range<Int>, _ base: Int) {
        guard isLost else { return }
        let word = bytes[trigger.upperBound...].drop { [0x20, 0x22, 0x27, 0x5C, 0x3A].contains($0) }
        guard word.startIndex > trigger.upperBound else { return }
        if word.starts(with: Array("Secret".utf8)) {
            cover(0, base + trigger.lowerBound, Shape.kind.name)
        }
        isLost = false
    }

    private mutating func cover(_ start: Int, _ end: Int, _ name: String, continues: Bool = false) {
        guard start < end else { return }
        found.append(Cover(start: start, end: end, name: name, weight: 0, continues: continues))
    }

    /// The end of the word that stands at `place`: the rest of one that was cut
    /// tells no shape.
    static func wordEnd(_ bytes: [UInt8], from place: Int) -> Int {
        let limit = min(bytes.count, place + piece)
        return bytes[place..<limit].firstIndex { !Shape.Alphabet.token.contains($0) } ?? limit
    }
}
