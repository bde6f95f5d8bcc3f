internal import Glibc
internal import SQLite

extension JournalDatabase {
    /// How the database at `path` is opened to look.
    ///
    /// Readers share a file beside it, which cannot be made where nothing can
    /// be written. Then the database is read as it stands, if all of it stands
    /// there: with entries in a write-ahead log it must not be.
    static func readMode(_ path: String) -> Connection.Mode {
        var place = statvfs()
        let isReadOnly = statvfs(path, &place) == 0 && place.f_flag & UInt(ST_RDONLY) != 0
        guard isReadOnly, (try? Files.status(path + "-shm")) ?? nil == nil else { return .readOnly }
        let log = (try? Files.status(path + "-wal")) ?? nil
        return log.map { $0.st_size == 0 } ?? true ? .immutable : .readOnly
    }
}
