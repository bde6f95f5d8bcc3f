internal import Glibc

/// Private folders.
public enum Folders {
    /// Makes `path` and the folders above it that are missing, mode 0700.
    public static func make(_ path: String) {
        var made = ""
        for part in path.split(separator: "/") {
            made += "/\(part)"
            mkdir(made, 0o700)
        }
    }
}
