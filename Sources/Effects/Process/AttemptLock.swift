internal import Glibc

/// Whether something of a run still acts.
public enum AttemptLock {
    /// Whether any attempt of `run` in the state folder is still locked: by its
    /// engine, its keeper, or the keeper of what it left behind.
    public static func isAnyHeld(directory: String, run: String) -> Bool {
        let attempts = directory + "/attempts"
        return Folders.names(in: attempts).contains { name in
            name.hasPrefix(run + "-") && name.hasSuffix(".lock")
                && AttemptRecord(path: "\(attempts)/\(name)")?.isHeld ?? false
        }
    }

    /// Process ids of the keepers that stand in the folder of lock files.
    public static func keepers(directory: String) -> [Int32] {
        Folders.names(in: directory).filter { $0.hasSuffix(".lock") }.compactMap { name in
            AttemptRecord(path: "\(directory)/\(name)")?.keeper
        }
    }
}
