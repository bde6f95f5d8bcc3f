internal import CPosix

/// Where a journal may be and what vouches for it.
public struct JournalOptions: Sendable {
    /// A second place, where the newest head is kept as `<journal id>.head`:
    /// another disk, a synced folder. Nil: nothing outside vouches for the end.
    public var anchorDirectory: String?
    /// Whether a file system in memory will do, which loses the journal at the
    /// next boot: for drills and tests.
    public var allowEphemeral: Bool
    /// The `statfs` type of the file system that holds a path.
    public var filesystemType: @Sendable (String) -> Int

    /// Options; `filesystemType` is replaced only by tests.
    public init(
        anchorDirectory: String? = nil, allowEphemeral: Bool = false,
        filesystemType: @escaping @Sendable (String) -> Int = JournalOptions.systemType(of:)
    ) {
        self.anchorDirectory = anchorDirectory
        self.allowEphemeral = allowEphemeral
        self.filesystemType = filesystemType
    }

    /// `f_type` of `statfs(2)`; -1 if the call fails.
    public static func systemType(of path: String) -> Int { Int(cposix_filesystem_type(path)) }
}
