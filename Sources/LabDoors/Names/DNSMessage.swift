/// A DNS query and its answer (RFC 1035), as far as names and addresses go.
struct DNSMessage: Sendable {
    enum Kind: Int, Sendable { case address = 1, pointer = 12 }

    let identity: [UInt8]
    /// The name asked for, lower case, without the last dot.
    let name: String
    /// Nil for a type the lab has no records of.
    let kind: Kind?
    private let question: [UInt8]

    /// Reads a query; nil for what is none.
    init?(_ bytes: [UInt8]) {
        guard bytes.count > 16, bytes[2] & 0x80 == 0, bytes[4] == 0, bytes[5] == 1 else {
            return nil
        }
        var labels: [String] = []
        var offset = 12
        while offset < bytes.count, bytes[offset] != 0 {
            let length = Int(bytes[offset])
            guard length < 64, offset + 1 + length < bytes.count else { return nil }
            labels.append(
                String(decoding: bytes[(offset + 1)..<(offset + 1 + length)], as: UTF8.self))
            offset += 1 + length
        }
        guard offset + 5 <= bytes.count else { return nil }
        identity = Array(bytes[0..<2])
        name = labels.joined(separator: ".").lowercased()
        kind = Kind(rawValue: Int(bytes[offset + 1]) << 8 | Int(bytes[offset + 2]))
        question = Array(bytes[12..<(offset + 5)])
    }

    /// A question for the address of `name`, from inside the lab.
    init(address name: String) {
        identity = [0, 0]
        self.name = name.lowercased()
        kind = .address
        question = []
    }

    /// The bytes of the answer; nil: none is sent.
    func reply(_ answer: DNSAnswer) -> [UInt8]? {
        var code: UInt8 = 0
        var records: [[UInt8]] = []
        switch answer {
        case .none: return nil
        case .failure: code = 2
        case .unknown: code = 3
        case .addresses(let addresses):
            // A name that exists has no records of another type.
            if kind == .address { records = addresses.compactMap(DNSMessage.octets) }
        case .name(let name): if kind == .pointer { records = [DNSMessage.encoded(name)] }
        }
        var bytes = identity + [0x85, 0x80 | code, 0, 1, 0, UInt8(records.count), 0, 0, 0, 0]
        bytes += question
        for record in records {
            bytes += [0xC0, 12, 0, UInt8(kind?.rawValue ?? 0), 0, 1, 0, 0, 0, 30]
            bytes += [UInt8(record.count >> 8), UInt8(record.count & 255)] + record
        }
        return bytes
    }

    private static func octets(_ address: String) -> [UInt8]? {
        let parts = address.split(separator: ".").compactMap { UInt8($0) }
        return parts.count == 4 ? parts : nil
    }

    private static func encoded(_ name: String) -> [UInt8] {
        name.split(separator: ".").flatMap { [UInt8($0.utf8.count)] + Array($0.utf8) } + [0]
    }
}
