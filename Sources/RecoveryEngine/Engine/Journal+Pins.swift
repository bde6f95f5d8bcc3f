internal import JSON
public import Journal

extension Journal {
    /// What was pinned of the sources called `source`, by any run.
    public borrowing func pins(of source: String) throws(JournalError) -> Pins {
        var pinned: [JournalEntry] = []
        for summary in try runs() where try has("pinned", in: summary.run) {
            pinned += try entries(run: summary.run).filter { entry in
                entry.kind == "pinned" && entry.data["source"]?.string == source
            }
        }
        // Runs overlap: the journal's order counts, not that of the runs.
        return Pins(pinned.sorted { $0.sequence < $1.sequence }.map(PinRecord.init))
    }
}
