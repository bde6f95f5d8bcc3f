import Glibc
import Testing

/// A file with a text, for as long as `body` runs.
enum Files {
    static func with<Result>(_ text: String, _ body: (String) throws -> Result) throws -> Result {
        var template = Array("/tmp/estates-tests-XXXXXX".utf8CString)
        let descriptor = mkstemp(&template)
        try #require(descriptor >= 0)
        let path = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { unlink(path) }
        let bytes = Array(text.utf8)
        #expect(write(descriptor, bytes, bytes.count) == bytes.count)
        close(descriptor)
        return try body(path)
    }
}

extension String {
    /// The text with its first `part` replaced.
    func replacing(first part: String, with other: String) -> String {
        var start = startIndex
        while start < endIndex, !self[start...].hasPrefix(part) { formIndex(after: &start) }
        return String(self[..<start]) + other + String(self[start...].dropFirst(part.count))
    }
}
