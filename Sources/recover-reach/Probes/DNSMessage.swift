/// An answer of a DNS server.
struct DNSMessage {
    private struct Record {
        let owner: String
        let type: UInt16
        let value: String?
    }

    private let bytes: [UInt8]
    private let question: DNSQuestion
    private let recordOffset: Int
    private let recordCount: Int

    /// 0 is NOERROR, 3 is NXDOMAIN.
    let code: Int
    /// Whether the server had more to say than fits.
    let isTruncated: Bool

    /// The message when it is the answer to `question` asked with `id`; nil when
    /// it is anything else, which somebody else may have sent.
    init?(_ bytes: [UInt8], answering question: DNSQuestion, id: UInt16) {
        var reader = DNSReader(bytes)
        guard reader.number() == id, let flags = reader.number(),
            // An answer (0x8000) of the opcode that was asked with.
            flags & 0xF800 == 0x8000,
            reader.number() == 1, let count = reader.number(), reader.take(4) != nil,
            reader.name() == question.name, reader.number() == question.type.number,
            reader.number() == 1
        else { return nil }
        self.bytes = bytes
        self.question = question
        recordOffset = reader.offset
        recordCount = Int(count)
        code = Int(flags & 0xF)
        isTruncated = flags & 0x0200 != 0
    }

    /// The records of the asked type, sorted, each as text; an alias is
    /// followed inside this message. Nil when the records make no sense.
    var answers: [String]? {
        guard let records else { return nil }
        let aliasType = DNSRecordType.cname.number
        var owner = question.name
        var seen: Set = [owner]
        while question.type != .cname,
            let alias = records.first(where: { $0.owner == owner && $0.type == aliasType })?.value,
            seen.insert(alias).inserted
        {
            owner = alias
        }
        return records.filter { $0.owner == owner && $0.type == question.type.number }
            .compactMap(\.value).sorted()
    }

    private var records: [Record]? {
        var reader = DNSReader(bytes, at: recordOffset)
        var records: [Record] = []
        for _ in 0..<recordCount {
            guard let owner = reader.name(), let type = reader.number(),
                let kind = reader.number(), reader.take(4) != nil, let size = reader.number()
            else { return nil }
            let start = reader.offset
            guard reader.take(Int(size)) != nil else { return nil }
            guard kind == 1, let known = DNSRecordType.allCases.first(where: { $0.number == type })
            else { continue }
            guard let value = value(of: known, at: start, size: Int(size)) else { return nil }
            records.append(Record(owner: owner, type: type, value: value))
        }
        return records
    }

    /// The data of one record as text; nil when it is not exactly `size` bytes.
    private func value(of type: DNSRecordType, at start: Int, size: Int) -> String? {
        var reader = DNSReader(bytes, at: start)
        let value: String?
        switch type {
        case .a, .aaaa:
            guard size == (type == .a ? 4 : 16) else { return nil }
            value = reader.take(size).flatMap { IPAddress(bytes: $0) }?.description
        case .cname, .ns: value = reader.name()
        case .mx: value = Self.joined([reader.number()], reader.name())
        case .srv:
            value = Self.joined([reader.number(), reader.number(), reader.number()], reader.name())
        case .txt:
            var text: [UInt8] = []
            while reader.offset < start + size {
                guard let count = reader.byte(), let part = reader.take(Int(count)) else {
                    return nil
                }
                text += part
            }
            value = String(decoding: text, as: UTF8.self)
        }
        return reader.offset == start + size ? value : nil
    }

    private static func joined(_ numbers: [UInt16?], _ name: String?) -> String? {
        guard let name, !numbers.contains(nil) else { return nil }
        return (numbers.compactMap { $0.map(String.init) } + [name]).joined(separator: " ")
    }
}
