/// The files of a tar archive (POSIX ustar), in memory: enough for archives of
/// simulated images.
enum TarArchive {
    /// Names and contents of the plain files in `bytes`.
    static func files(_ bytes: [UInt8]) -> [String: [UInt8]] {
        var files: [String: [UInt8]] = [:]
        var offset = 0
        while offset + 512 <= bytes.count, bytes[offset] != 0 {
            let head = bytes[offset..<offset + 512]
            let size = number(head.dropFirst(124).prefix(12))
            let start = offset + 512
            guard start + size <= bytes.count else { break }
            let kind = head[offset + 156]
            if kind == 0 || kind == UInt8(ascii: "0") {
                let prefix = text(head.dropFirst(345).prefix(155))
                let name = (prefix.isEmpty ? "" : prefix + "/") + text(head.prefix(100))
                files[name.hasPrefix("./") ? String(name.dropFirst(2)) : name] =
                    Array(bytes[start..<start + size])
            }
            offset = start + (size + 511) / 512 * 512
        }
        return files
    }

    /// An archive of `files`, ordered by name.
    static func bytes(_ files: [String: [UInt8]]) -> [UInt8] {
        var archive: [UInt8] = []
        for (name, content) in files.sorted(by: { $0.key < $1.key }) {
            archive += head(name, size: content.count) + content
            archive += [UInt8](repeating: 0, count: (512 - content.count % 512) % 512)
        }
        return archive + [UInt8](repeating: 0, count: 1024)
    }

    private static func head(_ name: String, size: Int) -> [UInt8] {
        var head = [UInt8](repeating: 0, count: 512)
        func put(_ text: String, at offset: Int) {
            head.replaceSubrange(offset..<offset + text.utf8.count, with: text.utf8)
        }
        put(String(name.prefix(99)), at: 0)
        for (text, offset) in [("0000644", 100), ("0000000", 108), ("0000000", 116)] {
            put(text, at: offset)
        }
        put(octal(size, 11), at: 124)
        put(octal(0, 11), at: 136)
        put("        ", at: 148)
        put("0", at: 156)
        put("ustar", at: 257)
        put("00", at: 263)
        put(octal(head.reduce(0) { $0 + Int($1) }, 6), at: 148)
        head[154] = 0
        return head
    }

    private static func octal(_ value: Int, _ digits: Int) -> String {
        let text = String(value, radix: 8)
        return String(repeating: "0", count: max(0, digits - text.count)) + text
    }

    private static func number(_ field: ArraySlice<UInt8>) -> Int {
        Int(text(field).filter { $0 != " " }, radix: 8) ?? 0
    }

    private static func text(_ field: ArraySlice<UInt8>) -> String {
        String(decoding: field.prefix { $0 != 0 }, as: UTF8.self)
    }
}
