internal import Digest
internal import Glibc
import JSON

extension JournalDirectory {
    /// Brings the directory into the state a writer needs; the caller holds
    /// the lock.
    func prepare(
        genesisOf engine: String, at time: Timestamps, by: JSONValue, create: Bool
    ) throws(JournalError) {
        do {
            let isNew = try Files.status(database) == nil
            guard create || !isNew else { throw JournalError.missing(path: database) }
            // The ballast needs no sync: where it is lost it is made again.
            try Ballast(path: ballast).restore()
            let hasOutputs = try Files.status(outputs) != nil
            if !hasOutputs, mkdir(outputs, 0o700) != 0 {
                throw FileError(path: outputs, number: errno)
            }
            if isNew { try makeDatabase(engine: engine, at: time, by: by) }
            if isNew || !hasOutputs { try Files.synchronize(path) }
        } catch let error as FileError {
            throw error.whileWriting
        } catch let error as JournalError {
            throw error
        } catch {
            throw .notWritable(path: path, reason: "\(error)")
        }
    }

    /// Builds the database under another name, syncs it and renames it, so that
    /// a crash leaves either no journal or one with its genesis. The caller
    /// makes the name durable.
    private func makeDatabase(engine: String, at time: Timestamps, by: JSONValue) throws {
        if let place = options.anchorDirectory,
            let anchor = try Anchor.ofJournal(in: path, place: place)
        {
            throw JournalError.damaged(
                code: "JR-ROLLBACK", sequence: anchor.head.sequence,
                reason: "journal \(anchor.journal) stood here and is gone; if that is meant, move "
                    + Anchor.path(in: place, journal: anchor.journal) + " away")
        }
        let temporary = path + "/journal.db.new"
        for suffix in ["", "-wal", "-shm", "-journal"] { unlink(temporary + suffix) }
        let id = SHA256.hexadecimal(Random.bytes(16))
        let draft = Draft(
            kind: "genesis",
            data: [
                "journal": .string(id), "format": .int(Schema.formatVersion),
                "engine": .string(engine),
            ])
        let genesis = EntryLine.encode(draft, journal: id, after: nil, at: time, by: by)
        try JournalDatabase.create(path: temporary, genesis: genesis) {
            path throws(JournalError) in
            // SQLite gives its other files the mode of this one.
            guard chmod(path, 0o600) == 0 else {
                throw FileError(path: path, number: errno).whileWriting
            }
        }
        // Nobody has it open any more, so SQLite has no locks to lose.
        try Files.synchronize(temporary)
        guard rename(temporary, database) == 0 else {
            throw FileError(path: database, number: errno)
        }
    }
}
