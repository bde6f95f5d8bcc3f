import Glibc
import Testing

/// Where the built `recover-reach` is.
enum Program {
    static func reach() throws -> String {
        let path = try directory() + "/recover-reach"
        try #require(access(path, X_OK) == 0, "there is no \(path): build it, or set RECOVER_BIN")
        return path
    }

    /// `RECOVER_BIN`, or the folder of the test program itself.
    private static func directory() throws -> String {
        if let named = getenv("RECOVER_BIN") { return try absolute(String(cString: named)) }
        let own = try absolute("/proc/self/exe")
        return own.split(separator: "/").dropLast().reduce("") { $0 + "/" + $1 }
    }

    private static func absolute(_ path: String) throws -> String {
        let resolved = try #require(realpath(path, nil), "there is no \(path)")
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
