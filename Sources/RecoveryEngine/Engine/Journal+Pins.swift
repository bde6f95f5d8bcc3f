internal import JSON
public import Journal

extension Journal {
    /// What was pinned last of `source`, by any run; nil when nothing ever was.
    public borrowing func lastPinned(of source: String) throws(JournalError) -> PinRecord? {
        var last: JournalEntry?
        for summary in try runs() where try has("pinned", in: summary.run) {
            for entry in try entries(run: summary.run) where entry.kind == "pinned" {
                guard entry.data["source"]?.string == source else { continue }
                // Runs overlap: the journal's order counts, not that of the runs.
                if entry.sequence > last?.sequence ?? -1 { last = entry }
            }
        }
        return last.map(PinRecord.init)
    }
}
