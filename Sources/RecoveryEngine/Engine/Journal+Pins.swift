internal import JSON
public import Journal

extension Journal {
    /// A commit of a source that a run has pinned.
    public struct Pin: Hashable, Sendable {
        /// 40 hex digits.
        public let commit: String
        /// The run that did.
        public let run: String
        /// When, in milliseconds since 1970.
        public let wall: Int
    }

    /// The commit of `source` that was pinned last, by any run.
    ///
    /// - Parameter url: only of the repository there; nil of any. Two estates
    ///   may call their sources the same.
    public borrowing func lastPin(
        of source: String, at url: String? = nil
    ) throws(JournalError) -> Pin? {
        var last: Pin?, sequence = -1
        for summary in try runs() where try has("pinned", in: summary.run) {
            for entry in try entries(run: summary.run) where entry.kind == "pinned" {
                guard entry.data["source"]?.string == source,
                    url == nil || entry.data["url"]?.string == url,
                    let commit = entry.data["commit"]?.string, entry.sequence > sequence
                else { continue }
                sequence = entry.sequence
                last = Pin(commit: commit, run: summary.run, wall: entry.wall)
            }
        }
        return last
    }
}
