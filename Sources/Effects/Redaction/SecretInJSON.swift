/// Finds the data of Kubernetes Secrets in JSON, whole or pretty-printed,
/// inside other text, and inside a string of other JSON.
struct SecretInJSON {
    private struct Frame {
        /// What is being waited for in it.
        var key = ""
        var isData = false
        var isSecret: Bool?
        var data = SecretData()
    }

    private var frames: [Frame] = []
    /// Backslashes before the quote that began the string we are in.
    private var quote: Int?
    /// The same of the strings around it, whose content is JSON too.
    private var around: [Int] = []
    private var backslashes = 0
    private var stringStart = 0
    private var word: [UInt8] = []
    /// The string before this place, which is a key if a colon follows.
    private var last = ""

    /// Where the first value begins whose fate is open.
    var pending: Int? {
        let waiting = frames.lazy.compactMap(\.data.pending).min()
        guard quote != nil, frames.last?.isData == true else { return waiting }
        return min(waiting ?? stringStart, stringStart)
    }

    /// Takes the next of the stream; the index of each byte and `base` are its place.
    mutating func take(_ bytes: ArraySlice<UInt8>, at base: Int, _ found: inout [Cover]) {
        for index in bytes.indices {
            let byte = bytes[index]
            switch byte {
            case 0x5C: backslashes += 1
            case 0x22:
                quoted(at: base + index, &found)
                backslashes = 0
            default:
                backslashes = 0
                if byte == 0x0A {
                    quote = nil
                    around = []
                } else if quote == nil {
                    structure(byte, &found)
                } else if word.count < 16 {
                    word.append(byte)
                }
            }
        }
        guard let pending, base + bytes.endIndex - pending > SecretData.patience else { return }
        // A value without an end: what there is of it goes, and it begins anew.
        var given = frames.last?.data ?? SecretData()
        if quote != nil {
            given.take(stringStart..<(base + bytes.endIndex), isSecret: true, &found)
            stringStart = base + bytes.endIndex
        }
        for index in frames.indices { frames[index].data.settle(isSecret: true, &found) }
    }

    private mutating func quoted(at place: Int, _ found: inout [Cover]) {
        guard let open = quote else {
            if backslashes == around.last {
                around.removeLast()
            } else {
                begin(place)
            }
            return
        }
        if backslashes > open {
            // The string holds JSON itself.
            around.append(open)
            begin(place)
        } else {
            quote = nil
            if backslashes < open { around.removeAll { $0 == backslashes } }
            last = String(decoding: word, as: UTF8.self)
            if backslashes == open { string(stringStart..<(place - backslashes), &found) }
        }
    }

    private mutating func begin(_ place: Int) {
        quote = backslashes
        stringStart = place + 1
        word = []
    }

    /// A string ended: a value if a key waits for one.
    private mutating func string(_ range: Range<Int>, _ found: inout [Cover]) {
        guard let frame = frames.last, !frame.key.isEmpty else { return }
        // A mark is a secret taken out before.
        guard !word.starts(with: Redactor.markStart) else { return }
        let top = frames.count - 1
        if frame.isData, top > 0 {
            frames[top - 1].data.take(range, isSecret: frames[top - 1].isSecret, &found)
        } else if frame.key == "kind" {
            frames[top].isSecret = last == "Secret"
            frames[top].data.settle(isSecret: last == "Secret", &found)
        }
    }

    private mutating func structure(_ byte: UInt8, _ found: inout [Cover]) {
        let top = frames.count - 1
        switch byte {
        case 0x7B:
            let key = frames.last?.key ?? ""
            if key == "stringData" { frames[top].isSecret = true }
            if frames.count > 64 {
                for index in frames.indices { frames[index].data.settle(isSecret: true, &found) }
                frames = []
            }
            frames.append(Frame(isData: key == "data" || key == "stringData"))
        case 0x7D where top >= 0:
            frames.removeLast()
            if top > 0 { frames[top - 1].key = "" }
        case 0x3A where top >= 0: frames[top].key = last
        case 0x2C where top >= 0: frames[top].key = ""
        default: break
        }
    }
}
