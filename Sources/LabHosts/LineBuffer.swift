internal import Glibc

/// Bytes of a stream on their way to becoming lines.
struct LineBuffer {
    private var bytes: [UInt8] = []

    /// Reads once; false at the end of the stream.
    mutating func fill(from descriptor: Int32) -> Bool {
        var chunk = [UInt8](repeating: 0, count: 4096)
        let count = read(descriptor, &chunk, chunk.count)
        if count > 0 { bytes += chunk[..<count] }
        return count > 0 || count < 0 && errno == EINTR
    }

    /// Takes the whole lines; `all`: what is left at the end as well.
    mutating func lines(all: Bool) -> [String] {
        guard let end = all ? bytes.endIndex : bytes.lastIndex(of: 0x0A).map({ $0 + 1 }) else {
            return []
        }
        let lines = bytes[..<end].split(separator: 0x0A).map { String(decoding: $0, as: UTF8.self) }
        bytes.removeFirst(end)
        return lines
    }
}
