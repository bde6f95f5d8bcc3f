/// Looks for planted secrets in whatever a run left behind.
///
/// It goes the other way than the redactor: it does not encode the secrets, it
/// decodes the artefact in every usual way and looks for any eight bytes of
/// any secret in a row. So it also finds half a secret, and a spelling the
/// redactor never heard of. Secrets must be random, or it finds ordinary text.
public struct Canary: Sendable {
    /// A piece of a secret that should not be there.
    public struct Finding: Hashable, Sendable, CustomStringConvertible {
        /// Name of the secret.
        public let secret: String
        /// How it is written there.
        public let spelling: String
        /// Where it was found: a path, or what the caller called it.
        public let place: String

        public var description: String { "\(place): a piece of \(secret), \(spelling)" }
    }

    private static let size = 8
    private let pieces: [UInt64: String]

    /// - Parameter secrets: name to bytes, at least 8 each.
    public init(_ secrets: [String: [UInt8]]) {
        var pieces: [UInt64: String] = [:]
        for (name, bytes) in secrets {
            precondition(bytes.count >= Self.size, "\(name) is too short to be found")
            Self.slide(bytes) { pieces[$0] = name }
        }
        self.pieces = pieces
    }

    /// What is found in `bytes`, each secret once per spelling.
    public func search(_ bytes: [UInt8], place: String) -> [Finding] {
        var found: Set<Finding> = []
        func look(_ view: [UInt8], _ spelling: String) {
            Self.slide(view) { key in
                guard let secret = pieces[key] else { return }
                found.insert(Finding(secret: secret, spelling: spelling, place: place))
            }
        }
        look(bytes, "as it is")
        look(Decoding.percent(bytes), "percent-encoded")
        look(Decoding.json(bytes), "escaped as in JSON")
        look(Decoding.json(Decoding.json(bytes)), "escaped twice as in JSON")
        look(Decoding.unquoted(bytes), "quoted as in a shell")
        for (isFolded, text) in [(false, bytes), (true, Decoding.folded(bytes))] {
            let folded = isFolded ? ", in lines" : ""
            for run in Decoding.runs(text, of: Decoding.sextets) {
                for shift in 0..<4 { look(Decoding.base64(run.dropFirst(shift)), "in base64\(folded)") }
            }
            for run in Decoding.runs(text, of: Decoding.nibbles) {
                for shift in 0..<2 { look(Decoding.hex(run.dropFirst(shift)), "in hex\(folded)") }
            }
        }
        return found.sorted { $0.description < $1.description }
    }

    /// What is found in the files below `folders`, names included; one that
    /// cannot be read is a finding.
    public func search(folders: [String]) -> (artefacts: Int, found: [Finding]) {
        var artefacts = 0
        var found: [Finding] = []
        for folder in folders {
            Tree.walk(folder) { path, bytes in
                artefacts += 1
                guard let bytes else {
                    found.append(Finding(secret: "?", spelling: "it cannot be read", place: path))
                    return
                }
                found += search(bytes, place: path)
                found += search(Array(path.utf8), place: "the name \(path)")
            }
        }
        return (artefacts, found)
    }

    /// Every eight bytes in a row, as a number.
    private static func slide(_ bytes: [UInt8], _ visit: (UInt64) -> Void) {
        guard bytes.count >= size else { return }
        var key: UInt64 = 0
        for (index, byte) in bytes.enumerated() {
            key = key << 8 | UInt64(byte)
            if index >= size - 1 { visit(key) }
        }
    }
}
