/// A path inside a tree: its parts, each a name that may stand there. No parts
/// is the root.
struct TreePath {
    let parts: [String]

    /// Parses `a/b/c`; `.` and the empty text are the root.
    init(_ text: String) throws(Refusal) {
        var parts: [String] = []
        for part in text.split(separator: "/", omittingEmptySubsequences: false) {
            if text == "." || text.isEmpty { break }
            if let objection = EntryName.objection(to: Array(part.utf8)) {
                throw Refusal(
                    "GT-PATH", "'\(text.shown)' holds \(objection)",
                    do: "Name the path as it stands in the repository, such as clusters/home.",
                    exit: .refused)
            }
            parts.append(String(part))
        }
        self.parts = parts
    }

    var text: String { parts.joined(separator: "/") }
}
