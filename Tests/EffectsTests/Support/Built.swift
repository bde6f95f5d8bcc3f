import Glibc
import Testing

/// What was built beside this test.
enum Built {
    /// `RECOVER_BIN`, or the folder of the test program itself.
    static func folder() throws -> String {
        var path = getenv("RECOVER_BIN").map { String(cString: $0) } ?? "/proc/self/exe"
        if getenv("RECOVER_BIN") == nil {
            for argument in CommandLine.arguments where argument.contains(".xctest") {
                path = argument.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
            }
        }
        guard let absolute = realpath(path, nil) else {
            throw Workshop.BuildFailure(output: "there is no \(path)")
        }
        defer { free(absolute) }
        return String(cString: absolute)
    }

    /// Absolute path of a program.
    static func program(_ name: String) throws -> String {
        let path = try folder() + "/" + name
        try #require(access(path, X_OK) == 0, "there is no \(path): build it, or set RECOVER_BIN")
        return path
    }
}
