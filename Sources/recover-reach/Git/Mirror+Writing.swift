internal import Glibc

extension Mirror {
    /// One writer's hold on a mirror; let go with the object, or with the
    /// process, however it ends.
    final class Hold {
        private let descriptor: Int32

        fileprivate init(_ descriptor: Int32) { self.descriptor = descriptor }

        deinit { close(descriptor) }
    }

    /// Waits until no other fetch writes here. The directory itself is locked:
    /// one that turns out to be something else is left as it was.
    func hold(orCreate: Bool) throws(Refusal) -> Hold {
        try check(orCreate: orCreate)
        Phase.enter(.mirror)
        // Whoever writes here meanwhile takes none of the time for the source:
        // one that answers late because of that would pass for one that does not.
        let left = Limits.left
        defer {
            Limits.leave(left)
            Phase.enter(.starting)
        }
        let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw refusal("\(SystemError(code: errno))") }
        while flock(descriptor, LOCK_EX) != 0 {
            guard errno == EINTR else {
                close(descriptor)
                throw refusal("cannot be locked: \(SystemError(code: errno))")
            }
        }
        return Hold(descriptor)
    }

    /// Removes what a fetch leaves that was killed: locks nobody holds any more
    /// and unfinished packs. Only for who holds the mirror.
    func sweep() {
        for name in ["HEAD", "config", "packed-refs"] { unlink("\(path)/\(name).lock") }
        for name in names(in: "objects/pack")
        where !name.hasPrefix("pack-") || name.hasSuffix(".lock") {
            unlink("\(path)/objects/pack/\(name)")
        }
        for name in names(in: "objects") where name.hasPrefix("tmp_") {
            unlink("\(path)/objects/\(name)")
        }
        sweepRefs(in: "refs", depth: 0)
    }

    private func sweepRefs(in folder: String, depth: Int) {
        guard depth < 64 else { return }
        for name in names(in: folder) {
            let here = "\(folder)/\(name)"
            var status = stat()
            guard lstat("\(path)/\(here)", &status) == 0 else { continue }
            if status.st_mode & S_IFMT == S_IFDIR {
                sweepRefs(in: here, depth: depth + 1)
            } else if name.hasSuffix(".lock") {
                // No branch has such a name (RefName).
                unlink("\(path)/\(here)")
            }
        }
    }

    /// Writes a small file of ours beside Git's.
    func write(_ bytes: [UInt8], to name: String) throws(Refusal) {
        let flags = O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC
        let descriptor = open("\(path)/\(name)", flags, 0o600)
        guard descriptor >= 0 else { throw refusal("\(name): \(SystemError(code: errno))") }
        defer { close(descriptor) }
        guard Glibc.write(descriptor, bytes, bytes.count) == bytes.count else {
            throw refusal("\(name) cannot be written: \(SystemError(code: errno))")
        }
    }
}
