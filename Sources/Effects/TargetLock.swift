internal import CPosix
internal import Glibc
internal import JSON

/// One run on one cluster: a lock outside every journal, named by the
/// cluster's UID, that also remembers a run which was left unfinished.
public final class TargetLock {
    /// Who has the cluster.
    public struct Owner: Error, Hashable, Sendable {
        /// The run, where its journal is, and who began it.
        public let run: String, journal: String, by: String
        /// Its engine runs at this moment.
        public let isRunning: Bool
    }

    private let file: Int32

    private init(file: Int32) { self.file = file }

    deinit {
        cposix_flock_release(file)
        close(file)
    }

    /// Takes the cluster for `run`; nil when `directory` cannot be written, and
    /// then nothing may start: who else works on the cluster is not known.
    ///
    /// - Parameter isVoid: whether an owner that does not run never got as far
    ///   as its first entry, so that it holds nothing.
    /// - Throws: the owner, when another run has it.
    public static func take(
        directory: String, uid: String, run: String, journal: String, by: String,
        isVoid: (Owner) -> Bool = { _ in false }
    ) throws(Owner) -> TargetLock? {
        Folders.make(directory)
        let name = uid.filter { $0.isASCII && ($0.isLetter || $0.isNumber || $0 == "-") }
        let file = open(
            "\(directory)/\(name).lock", O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o600)
        guard file >= 0 else { return nil }
        let isFree = cposix_flock_exclusive(file) == 0
        let owner = read(file, isRunning: !isFree)
        if !isFree || (owner.map { $0.run != run && !isVoid($0) } ?? false) {
            close(file)
            throw owner ?? Owner(run: "unknown", journal: "unknown", by: "unknown", isRunning: true)
        }
        if owner?.run == run { return TargetLock(file: file) }
        let content: JSONValue = [
            "run": .string(run), "journal": .string(journal), "by": .string(by),
        ]
        let bytes = content.utf8 + [0x0A]
        ftruncate(file, 0)
        _ = pwrite(file, bytes, bytes.count, 0)
        return TargetLock(file: file)
    }

    /// The run has ended: the cluster is nobody's.
    public func release() { ftruncate(file, 0) }

    private static func read(_ file: Int32, isRunning: Bool) -> Owner? {
        var bytes = [UInt8](repeating: 0, count: 4096)
        let count = pread(file, &bytes, bytes.count, 0)
        guard count > 0, let content = try? JSONValue(parsing: bytes[0..<count]) else { return nil }
        return Owner(
            run: content["run"]?.string ?? "", journal: content["journal"]?.string ?? "",
            by: content["by"]?.string ?? "", isRunning: isRunning)
    }
}
