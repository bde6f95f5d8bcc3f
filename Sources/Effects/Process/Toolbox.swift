internal import Glibc

/// A program the tool cannot use, and why.
public struct ToolError: Error, Hashable, Sendable, CustomStringConvertible {
    public let name: String
    public let reason: String

    public var description: String { "\(name): \(reason)" }
}

/// Programs resolved once to absolute paths.
///
/// A program others may write to could be anybody's: it is refused.
public struct Toolbox: Sendable {
    private let directories: [String]

    /// `path` is the search path, colons between absolute folders.
    public init(path: String) {
        directories = path.split(separator: ":").map(String.init).filter { $0.hasPrefix("/") }
    }

    /// Absolute path of `name`.
    public func resolve(_ name: String) throws(ToolError) -> String {
        let candidates = name.hasPrefix("/") ? [name] : directories.map { "\($0)/\(name)" }
        guard let path = candidates.first(where: { access($0, X_OK) == 0 }) else {
            throw ToolError(name: name, reason: "it is not on the PATH; install it")
        }
        var information = stat()
        guard stat(path, &information) == 0 else {
            throw ToolError(name: name, reason: "\(path) cannot be read")
        }
        let mine = [0, Self.root, getuid()].contains(information.st_uid)
        guard mine, information.st_mode & mode_t(S_IWGRP | S_IWOTH) == 0 else {
            throw ToolError(
                name: name,
                reason:
                    "\(path) belongs to somebody else or others may write it: chmod go-w, or chown root"
            )
        }
        return path
    }

    /// Root, as this user namespace shows it: the kernel's own files tell. In a
    /// simulated estate root's programs would else be a stranger's.
    private static let root: uid_t = {
        var information = stat()
        return stat("/proc/sys/kernel", &information) == 0 ? information.st_uid : 0
    }()

    /// The environment children get: nothing of ours but what they need.
    public func environment(home: String) -> [String: String] {
        ["PATH": directories.joined(separator: ":"), "HOME": home, "LC_ALL": "C", "TZ": "UTC"]
    }
}
