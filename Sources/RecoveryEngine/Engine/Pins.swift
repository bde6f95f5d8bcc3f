internal import Estates

/// What a journal says was pinned of the sources of one name, the newest last.
///
/// Two estates may call their sources the same, so nobody reads it without
/// saying which repository is meant.
public struct Pins: Hashable, Sendable {
    private let records: [PinRecord]

    /// Pins in the order of the journal.
    public init(_ records: [PinRecord] = []) { self.records = records }

    /// Those of the repository at `url`, however its URL was written then.
    public func at(_ url: String) -> [PinRecord] {
        let name = RepositoryName.plain(url)
        return records.filter { RepositoryName.plain($0.url) == name }
    }
}
