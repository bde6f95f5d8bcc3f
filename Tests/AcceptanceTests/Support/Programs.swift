import Glibc
import Testing

/// Where the programs and the documents under test are.
enum Programs {
    /// `RECOVER_BIN`, or the folder of the test program itself.
    static func path(_ name: String) throws -> String {
        let path = "\(try folder())/\(name)"
        try #require(access(path, X_OK) == 0, "there is no \(path): build it, or set RECOVER_BIN")
        return path
    }

    /// The repository this file is in.
    static var repository: String {
        "/" + #filePath.split(separator: "/").dropLast(4).joined(separator: "/")
    }

    /// What programs of the lab get; nothing else is inherited.
    static var environment: [String: String] {
        [
            "PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin", "HOME": "/nonexistent",
            "RECOVER_LAB_TOOLS": variable("RECOVER_LAB_TOOLS")
                ?? "\(repository)/.build/tools/root",
        ]
    }

    static func variable(_ name: String) -> String? { getenv(name).map { String(cString: $0) } }

    private static func folder() throws -> String {
        if let named = variable("RECOVER_BIN") { return try absolute(named) }
        var folder = try absolute("/proc/self/exe")
        for argument in CommandLine.arguments where argument.contains(".xctest") {
            folder = try absolute(argument)
        }
        while !folder.isEmpty, access("\(folder)/recover", X_OK) != 0 {
            folder = folder.lastIndex(of: "/").map { String(folder[..<$0]) } ?? ""
        }
        return folder
    }

    private static func absolute(_ path: String) throws -> String {
        let resolved = try #require(realpath(path, nil), "there is no \(path)")
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
