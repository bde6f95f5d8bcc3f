internal import Glibc

/// A file that could not be read or written.
public struct DiskError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The path, and `errno`.
    public let path: String, code: Int32

    public var description: String { "\(path): \(String(cString: strerror(code)))" }
}
