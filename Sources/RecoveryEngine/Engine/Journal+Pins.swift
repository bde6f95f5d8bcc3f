internal import JSON
public import Journal

extension Journal {
    /// What was pinned last of `source`, by any run; nil when nothing ever was.
    ///
    /// - Parameter url: only of the repository there; nil of any. Two estates
    ///   may call their sources the same.
    public borrowing func lastPinned(
        of source: String, at url: String? = nil
    ) throws(JournalError) -> PinRecord? {
        var last: JournalEntry?
        for summary in try runs() where try has("pinned", in: summary.run) {
            for entry in try entries(run: summary.run) where entry.kind == "pinned" {
                guard entry.data["source"]?.string == source,
                    url == nil || entry.data["url"]?.string == url
                else { continue }
                // Runs overlap: the journal's order counts, not that of the runs.
                if entry.sequence > last?.sequence ?? -1 { last = entry }
            }
        }
        return last.map(PinRecord.init)
    }
}
