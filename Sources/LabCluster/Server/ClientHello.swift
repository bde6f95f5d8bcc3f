/// The first message of a TLS client (RFC 8446, 4.1.2), as far as the name in
/// it (RFC 6066, 3).
enum ClientHello {
    /// Whether `bytes` hold the whole first record, or are no TLS at all.
    static func isComplete(_ bytes: [UInt8]) -> Bool {
        guard bytes.count >= 5 else { return bytes.first.map { $0 != 22 } ?? false }
        return bytes[0] != 22 || bytes.count >= 5 + Int(bytes[3]) << 8 + Int(bytes[4])
    }

    /// The host name the client asks for.
    static func serverName(_ bytes: [UInt8]) -> String? {
        var reader = Reader(rest: bytes[...])
        // Record head, handshake head, version and random.
        guard bytes.first == 22, reader.skip(5 + 4 + 2 + 32) else { return nil }
        guard reader.block(1) != nil, reader.block(2) != nil, reader.block(1) != nil,
            let extensions = reader.block(2)
        else { return nil }
        var each = Reader(rest: extensions)
        while let type = each.number(2), let content = each.block(2) {
            guard type == 0 else { continue }
            var names = Reader(rest: content)
            guard let list = names.block(2) else { return nil }
            var entry = Reader(rest: list)
            guard entry.number(1) == 0, let name = entry.block(2) else { return nil }
            return String(decoding: name, as: UTF8.self).lowercased()
        }
        return nil
    }

    private struct Reader {
        var rest: ArraySlice<UInt8>

        mutating func skip(_ count: Int) -> Bool {
            guard rest.count >= count else { return false }
            rest = rest.dropFirst(count)
            return true
        }

        mutating func number(_ count: Int) -> Int? {
            guard rest.count >= count else { return nil }
            defer { rest = rest.dropFirst(count) }
            return rest.prefix(count).reduce(0) { $0 << 8 | Int($1) }
        }

        /// A length of `count` bytes, and so many bytes.
        mutating func block(_ count: Int) -> ArraySlice<UInt8>? {
            guard let length = number(count), rest.count >= length else { return nil }
            defer { rest = rest.dropFirst(length) }
            return rest.prefix(length)
        }
    }
}
