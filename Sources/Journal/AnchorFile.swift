internal import Glibc

/// The file that keeps a journal's newest known head, written in place.
///
/// It holds two lines of one length that are written by turns. Whenever a
/// process or the machine ends, and whenever somebody looks in, at least one of
/// them is whole, and the newer whole one counts. In place, because a new file
/// at each entry costs more than the entry.
final class AnchorFile {
    private let place: String
    private let path: String
    private let journal: String
    /// Where the journal is.
    private let directory: String
    /// Bytes of a line: whole sectors.
    private let room: Int
    private var descriptor: Int32 = -1
    /// Which line is written next.
    private var turn = 0

    /// The file of `journal` in `place`; nothing is opened yet.
    init(journal: String, directory: String, place: String) {
        self.journal = journal
        self.directory = directory
        self.place = place
        path = Anchor.path(in: place, journal: journal)
        let longest = JournalHead(sequence: (1 << 53) - 1, digest: EntryLine.noPrevious)
        let count = Anchor(journal: journal, head: longest, directory: directory).line.count
        room = (count + 512) / 512 * 512
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Writes `head`, over the older of the two lines.
    ///
    /// Not `durably`: it outlives this process, not a power cut.
    func write(_ head: JournalHead, durably: Bool) throws(FileError) {
        let line = padded(Anchor(journal: journal, head: head, directory: directory))
        if descriptor < 0 || durably {
            // Somebody may have moved the file away, or the journal.
            if try !isOpen() { return try make(line) }
        }
        let count = pwrite(descriptor, line, room, off_t(turn * room))
        guard count == room else { throw failure(count < 0 ? errno : EIO) }
        turn = 1 - turn
        guard !durably || fdatasync(descriptor) == 0 else { throw failure(errno) }
    }

    /// Whether the file at `path` is open, or could be, and is of this form.
    private func isOpen() throws(FileError) -> Bool {
        var own = stat()
        let there = try Files.status(path)
        if descriptor >= 0, fstat(descriptor, &own) == 0, let there, there.st_ino == own.st_ino,
            there.st_dev == own.st_dev
        {
            return true
        }
        forget()
        guard let there, there.st_mode & S_IFMT == S_IFREG, there.st_size == 2 * room,
            let text = try? Files.read(path, atMost: 2 * room)
        else { return false }
        let lines = [text.prefix(room), text.suffix(room)].map { Anchor(line: $0) }
        guard let newest = Anchor.newest(in: text), newest.directory == directory else {
            return false
        }
        descriptor = try open()
        turn = lines[0] == newest ? 1 : 0
        return true
    }

    /// Puts a file with `line`, twice, in the place of what is there.
    private func make(_ line: [UInt8]) throws(FileError) {
        forget()
        try Files.makeDirectories(place)
        try Files.replace(path, with: line + line)
        descriptor = try open()
        turn = 0
    }

    private func open() throws(FileError) -> Int32 {
        let descriptor = Glibc.open(path, O_WRONLY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure(errno) }
        return descriptor
    }

    private func forget() {
        if descriptor >= 0 { close(descriptor) }
        descriptor = -1
    }

    private func padded(_ anchor: Anchor) -> [UInt8] {
        let line = anchor.line
        return line + [UInt8](repeating: 0x20, count: room - 1 - line.count) + [0x0A]
    }

    private func failure(_ number: Int32) -> FileError { FileError(path: path, number: number) }
}
