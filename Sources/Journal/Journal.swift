public import JSON

/// The record of everything that was done: entries that are only ever added.
///
/// A journal is a directory with one SQLite database. Each entry is one
/// canonical JSON line that carries the digest of the line before, so a change
/// anywhere shows from there on; what is newest is vouched for by a head kept
/// in a second place (`JournalOptions.anchorDirectory`). What kinds of entries
/// there are and what they mean is for the caller.
///
/// An acknowledged `append` survives a crash and a power cut. One that throws
/// recorded nothing, except `commitUnknown`, after which this value refuses
/// everything and only opening anew can tell.
///
/// Readers need no lock and may look while somebody writes. One writer at a
/// time, held out by `JournalLock`.
public struct Journal: ~Copyable {
    /// How a journal is opened.
    public enum Mode: Sendable {
        /// To write; made if there is none.
        case create
        /// To write.
        case readWrite
        /// To look, without lock and without changing anything.
        case readOnly
    }

    /// The journal's own id, 32 hex digits.
    public let id: String
    /// The last entry. There always is one: entry 0 is the genesis.
    public private(set) var head: JournalHead

    private let database: JournalDatabase
    private let directory: JournalDirectory
    private let lock: JournalLock?
    private let anchor: AnchorFile?
    private let now: @Sendable () -> Timestamps
    private let by: JSONValue
    private var failure: JournalError?
    private var known: [JournalEntry] = []

    /// Opens the journal in `directory`.
    ///
    /// Checks the place, the file's format and schema, the last entry, and
    /// that the journal is no shorter than and no different from its newest
    /// known head. It does not check every entry: that is `JournalVerifier`.
    ///
    /// - Parameters:
    ///   - now: the clocks, read once for each `append`.
    ///   - by: who writes: an object with `user` and `host`.
    ///   - engineVersion: recorded in the genesis of a new journal.
    public static func open(
        directory: String, mode: Mode, options: JournalOptions = JournalOptions(),
        now: @escaping @Sendable () -> Timestamps, by: JSONValue, engineVersion: String
    ) throws(JournalError) -> Journal {
        precondition(by.isCanonical, "The writer of a journal is named in canonical JSON.")
        let place = try JournalDirectory(directory, create: mode == .create, options: options)
        try place.check()
        guard mode != .readOnly else { return try look(place, now: now, by: by) }
        let lock = try JournalLock(directory: place.path, at: now(), by: by)
        try place.prepare(genesisOf: engineVersion, at: now(), by: by, create: mode == .create)
        let database = try JournalDatabase.open(path: place.database, readOnly: false)
        let journal = try Journal(place, database, lock, now: now, by: by)
        try journal.compareWithAnchor()
        try journal.anchorHead()
        return journal
    }

    private static func look(
        _ place: JournalDirectory, now: @escaping @Sendable () -> Timestamps, by: JSONValue
    ) throws(JournalError) -> Journal {
        guard (try? Files.status(place.database)) ?? nil != nil else {
            throw .missing(path: place.database)
        }
        let database = try JournalDatabase.open(path: place.database, readOnly: true)
        let journal = try Journal(place, database, nil, now: now, by: by)
        try journal.compareWithAnchor()
        return journal
    }

    private init(
        _ directory: JournalDirectory, _ database: consuming JournalDatabase,
        _ lock: consuming JournalLock?, now: @escaping @Sendable () -> Timestamps, by: JSONValue
    ) throws(JournalError) {
        guard let first = try database.body(0), let last = try database.lastBody() else {
            throw .damaged(code: "JR-CHAIN", sequence: 0, reason: "the first entry is missing")
        }
        let genesis = try Self.entry(first, at: 0, journal: nil)
        let newest = try Self.entry(last, at: nil, journal: genesis.journal)
        id = genesis.journal
        head = JournalHead(sequence: newest.sequence, digest: newest.digest)
        self.database = database
        anchor = directory.options.anchorDirectory.map {
            AnchorFile(journal: genesis.journal, directory: directory.path, place: $0)
        }
        self.directory = directory
        self.lock = lock
        self.now = now
        self.by = by
    }

    // MARK: Writing

    /// Records `drafts` as the next entries, durably, in one commit with one
    /// sync: all of them or none.
    ///
    /// - Throws: `full` after giving up the ballast, so that one more short
    ///   entry fits; `commitUnknown`; `notWritable`.
    public mutating func append(_ drafts: [Draft]) throws(JournalError) -> [JournalEntry] {
        precondition(lock != nil, "A journal opened to read is not written.")
        try refuseAfterFailure()
        guard !drafts.isEmpty else { return [] }
        let time = now()
        var entries: [JournalEntry] = []
        var end = head
        for draft in drafts {
            let entry = EntryLine.encode(draft, journal: id, after: end, at: time, by: by)
            entries.append(entry)
            end = JournalHead(sequence: entry.sequence, digest: entry.digest)
        }
        do { try database.insert(entries) } catch {
            if case .full = error { Ballast(path: directory.ballast).release() }
            if case .commitUnknown = error { failure = error }
            throw error
        }
        head = end
        // Without a sync of its own: the entry is durable, and a killed process
        // leaves this behind too. A failure here loses no entry.
        try? anchor?.write(head, durably: false)
        return entries
    }

    /// Stores bytes too long for an entry, durably, under their digest.
    ///
    /// - Returns: what to put into an entry: see `StoredOutput.json`.
    /// - Throws: `full` without giving up the ballast.
    public borrowing func storeOutput(_ bytes: [UInt8]) throws(JournalError) -> StoredOutput {
        precondition(lock != nil, "A journal opened to read is not written.")
        return try OutputStore(path: directory.outputs).store(bytes)
    }

    /// Writes the head to the anchor directory, if there is one: after what
    /// must not be forgotten. `open` and `close` do it by themselves.
    public borrowing func anchorHead() throws(JournalError) {
        try refuseAfterFailure()
        do { try anchor?.write(head, durably: true) } catch { throw error.whileWriting }
    }

    /// Ends the use of the journal in good order: all entries in the main
    /// file, the head anchored. Merely dropping a journal loses no entry.
    public consuming func close() throws(JournalError) {
        guard lock != nil, failure == nil else { return }
        try database.checkpoint()
        try anchorHead()
    }

    // MARK: Reading

    /// The entries of `run`, in order.
    public borrowing func entries(run: String) throws(JournalError) -> [JournalEntry] {
        try refuseAfterFailure()
        var entries: [JournalEntry] = []
        for (place, (line, kind)) in try database.bodies(run: run).enumerated() {
            let isKnown = place < known.count && known[place].line == line && known[place].journal == id
            let entry = isKnown ? known[place] : try Self.entry(line, at: nil, journal: id)
            guard entry.run == run, entry.kind == kind else {
                throw .damaged(
                    code: "JR-VIEW", sequence: entry.sequence,
                    reason: "the projection says something else")
            }
            entries.append(entry)
        }
        return entries
    }

    /// Keeps what was read of a run before: a line that is still the same, byte
    /// by byte, is not decoded again. The lines themselves are always read.
    public mutating func remember(_ entries: [JournalEntry]) { known = entries }

    /// Whether `run` has an entry of `kind`; without reading its entries.
    public borrowing func has(_ kind: String, in run: String) throws(JournalError) -> Bool {
        try refuseAfterFailure()
        return try database.has(kind, in: run)
    }

    /// Entries of all runs from `sequence` on, at most `limit` of them.
    public borrowing func allEntries(
        from sequence: Int = 0, limit: Int = .max
    ) throws(JournalError) -> [JournalEntry] {
        try refuseAfterFailure()
        var entries: [JournalEntry] = []
        for line in try database.bodies(from: sequence, limit: limit) {
            entries.append(try Self.entry(line, at: sequence + entries.count, journal: id))
        }
        return entries
    }

    /// All runs, in the order they began.
    public borrowing func runs() throws(JournalError) -> [RunSummary] {
        try refuseAfterFailure()
        return try database.runs()
    }

    /// The bytes stored under `digest`.
    ///
    /// - Throws: `damaged` with `JR-OUTPUT` if they are missing or changed.
    public borrowing func output(_ digest: String) throws(JournalError) -> [UInt8] {
        try OutputStore(path: directory.outputs).bytes(digest)
    }

    private borrowing func refuseAfterFailure() throws(JournalError) {
        if let failure { throw failure }
    }

    /// The entry in `line`, which must be at `sequence` of `journal`.
    private static func entry(
        _ line: [UInt8], at sequence: Int?, journal: String?
    ) throws(JournalError) -> JournalEntry {
        let entry: JournalEntry
        do { entry = try EntryLine.decode(line) } catch {
            throw .damaged(code: error.code, sequence: sequence, reason: error.reason)
        }
        guard sequence ?? entry.sequence == entry.sequence,
            journal ?? entry.journal == entry.journal
        else {
            throw .damaged(
                code: "JR-CHAIN", sequence: sequence ?? entry.sequence,
                reason: "the entry is of another place or another journal")
        }
        return entry
    }

    private borrowing func compareWithAnchor() throws(JournalError) {
        guard let place = directory.options.anchorDirectory,
            let anchor = try Anchor.read(in: place, journal: id)
        else { return }
        let line = try database.body(anchor.head.sequence)
        if let reason = Rollback.objection(line: line, known: anchor.head, end: head.sequence) {
            throw .damaged(code: "JR-ROLLBACK", sequence: anchor.head.sequence, reason: reason)
        }
    }
}
