/// Where this project's programs lie: beside each other.
enum Programs {
    /// The folder of the program at `path`.
    static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "."
    }
}
