/// One question, and the message that asks it.
struct DNSQuestion: Hashable {
    /// In lower case, without a dot at its end.
    let name: String
    let type: DNSRecordType

    /// A name of letters, digits, `-` and `_`; one dot at its end is left out.
    init(_ text: String, _ type: DNSRecordType) throws(Objection) {
        let name = text.hasSuffix(".") ? String(text.dropLast()) : text
        guard (1...253).contains(name.utf8.count) else {
            throw Objection("a name has 1 to 253 characters")
        }
        let inner: Set = [UInt8(ascii: "-"), UInt8(ascii: "_")]
        for label in name.split(separator: ".", omittingEmptySubsequences: false) {
            guard (1...63).contains(label.utf8.count) else {
                throw Objection("each part of a name has 1 to 63 characters")
            }
            guard label.utf8.allSatisfy({ $0.isAlphanumeric || inner.contains($0) }) else {
                throw Objection("a name has letters, digits, - and _")
            }
        }
        self.name = name.lowercased()
        self.type = type
    }

    /// The query; recursion is desired, for the server may be a resolver.
    func query(id: UInt16) -> [UInt8] {
        var bytes: [UInt8] = [UInt8(id >> 8), UInt8(id & 0xFF), 0x01, 0x00, 0, 1, 0, 0, 0, 0, 0, 0]
        for label in name.split(separator: ".") {
            bytes.append(UInt8(label.utf8.count))
            bytes += label.utf8
        }
        return bytes + [0, UInt8(type.number >> 8), UInt8(type.number & 0xFF), 0, 1]
    }
}
