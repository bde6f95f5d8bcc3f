import Glibc

/// What was built beside the tests.
public enum Built {
    /// A program that is not where it is looked for.
    public struct Missing: Error, CustomStringConvertible {
        /// Where it was looked for.
        public let path: String
        /// What to do.
        public var description: String { "there is no \(path): build it, or set RECOVER_BIN" }
    }

    /// Absolute path of the program `name`, in `RECOVER_BIN` or in the folder of
    /// the test program itself.
    public static func program(_ name: String) throws(Missing) -> String {
        let path = try folder() + "/" + name
        guard access(path, X_OK) == 0 else { throw Missing(path: path) }
        return path
    }

    private static func folder() throws(Missing) -> String {
        if let named = getenv("RECOVER_BIN") { return try absolute(String(cString: named)) }
        let own = try absolute("/proc/self/exe")
        return own.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
    }

    private static func absolute(_ path: String) throws(Missing) -> String {
        guard let resolved = realpath(path, nil) else { throw Missing(path: path) }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
