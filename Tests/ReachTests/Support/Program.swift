import Glibc
import JSON
import Processes
import Testing

/// The built `recover-reach`, run as `recover` runs it: an empty environment
/// and a deadline.
enum Program {
    /// What one call left.
    struct Answer {
        let ending: Ending
        let output: [UInt8]
        let error: [UInt8]

        var json: JSONValue? { try? JSONValue(parsing: output) }
        var refusal: JSONValue? { try? JSONValue(parsing: error) }
        var code: String? { refusal?["code"]?.string }
    }

    static func run(
        _ arguments: [String], environment: [String: String] = [:]
    ) throws -> Answer {
        let captured = try Command(try path(), arguments, environment: environment)
            .capture(deadline: .seconds(60), window: 8 << 20)
        return Answer(
            ending: captured.ending, output: captured.output.bytes, error: captured.error.bytes)
    }

    /// Where the built program is.
    static func path() throws -> String {
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
