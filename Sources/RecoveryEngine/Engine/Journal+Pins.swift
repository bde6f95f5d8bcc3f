internal import JSON
internal import Journal

extension Journal {
    /// The commit of `source` that was pinned last, by any run.
    borrowing func lastPin(of source: String) throws(JournalError) -> String? {
        var last: String?
        for summary in try runs() where try has("pinned", in: summary.run) {
            for entry in try entries(run: summary.run) where entry.kind == "pinned" {
                if entry.data["source"]?.string == source { last = entry.data["commit"]?.string }
            }
        }
        return last
    }
}
