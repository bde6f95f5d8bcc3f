internal import Glibc

/// The directory of a journal: its layout and who may touch it.
///
///     journal.db (-wal, -shm)   the entries
///     journal.lock              the right to write
///     ballast                   64 KiB to give up when the disk is full
///     outputs/<sha256>          what is too long for an entry
struct JournalDirectory: Sendable {
    /// Absolute and without symbolic links, as SQLite wants it.
    let path: String
    let options: JournalOptions

    var database: String { path + "/journal.db" }
    var ballast: String { path + "/ballast" }
    var outputs: String { path + "/outputs" }

    /// The directory at `path`, made if it is not there and may be.
    init(_ path: String, create: Bool, options: JournalOptions) throws(JournalError) {
        if create {
            do { try Files.makeDirectories(path) } catch { throw error.whileWriting }
        }
        guard let resolved = realpath(path, nil) else {
            if errno == ENOENT { throw .missing(path: path) }
            throw .notReadable(path: path, reason: String(cString: strerror(errno)))
        }
        defer { free(resolved) }
        self.path = String(cString: resolved)
        self.options = options
    }

    /// Refuses a directory that is not the owner's alone or not on a local
    /// disk.
    func check() throws(JournalError) {
        guard let first = objections().first else { return }
        throw .misplaced(code: first.code, path: first.path, reason: first.reason)
    }

    struct Objection {
        let code: String
        let path: String
        let reason: String
    }

    /// All that speaks against the place, most general first.
    func objections() -> [Objection] {
        var found: [Objection] = []
        if let reason = FilesystemRule.objection(
            type: options.filesystemType(path), allowEphemeral: options.allowEphemeral)
        {
            found.append(Objection(code: "JR-FS", path: path, reason: reason))
        }
        found += parentObjections()
        found += objection(to: path, kind: S_IFDIR)
        found += objection(to: outputs, kind: S_IFDIR)
        for name in ["journal.db", "journal.lock", "ballast"] {
            found += objection(to: path + "/" + name, kind: S_IFREG)
        }
        // SQLite gives these the mode the database had then; a reader may have
        // left them from before it was put right, and the directory is closed.
        for name in ["journal.db-wal", "journal.db-shm"] {
            found += objection(to: path + "/" + name, kind: S_IFREG, anyAccess: true)
        }
        return found
    }

    private func objection(
        to path: String, kind: mode_t, anyAccess: Bool = false
    ) -> [Objection] {
        do {
            guard let status = try Files.status(path) else { return [] }
            if status.st_mode & S_IFMT == S_IFLNK {
                return [Objection(code: "JR-LINK", path: path, reason: "is a symbolic link")]
            }
            guard status.st_mode & S_IFMT == kind else {
                return [Objection(code: "JR-FORMAT", path: path, reason: "is of the wrong kind")]
            }
            if kind == S_IFREG, status.st_nlink != 1 {
                let reason = "has \(status.st_nlink) names; a journal has one"
                return [Objection(code: "JR-LINK", path: path, reason: reason)]
            }
            if anyAccess { return [] }
            return Self.accessObjection(
                mode: status.st_mode, owner: status.st_uid, user: geteuid()
            ).map { [Objection(code: "JR-PERM", path: path, reason: $0)] } ?? []
        } catch {
            return [Objection(code: "JR-PERM", path: path, reason: "is closed: \(error.reason)")]
        }
    }

    /// What speaks against `mode` and `owner` for a file that `user` opens;
    /// root may look at anybody's journal.
    static func accessObjection(mode: mode_t, owner: uid_t, user: uid_t) -> String? {
        let bits = mode & 0o777
        if bits & 0o077 != 0 {
            return "has mode \(String(bits, radix: 8)); others must have no access (if it is the "
                + "journal's own: chmod go=; if not, name another folder)"
        }
        if owner != user, user != 0 { return "belongs to user \(owner), not to \(user)" }
        return nil
    }

    /// Whoever can rename a parent can replace the journal.
    private func parentObjections() -> [Objection] {
        // Inside a user namespace root's files show as somebody else's; the
        // kernel's own files tell as whose.
        let root = (try? Files.status("/proc/sys/kernel"))??.st_uid ?? 0
        var found: [Objection] = []
        var parent = path
        while parent != "/" {
            parent = Files.parent(of: parent)
            guard let status = (try? Files.status(parent)) ?? nil else { continue }
            let isShared = status.st_mode & 0o022 != 0 && status.st_mode & S_ISVTX == 0
            let isStrange = ![0, root, geteuid()].contains(status.st_uid) && geteuid() != 0
            guard isShared || isStrange else { continue }
            let reason =
                isShared ? "can be written by others" : "belongs to user \(status.st_uid)"
            found.append(Objection(code: "JR-PERM", path: parent, reason: reason))
        }
        return found
    }
}
