/// Whether something of an attempt still runs.
public enum AttemptLock {
    /// Whether somebody holds the lock of `attempt` in the state folder.
    public static func isHeld(directory: String, attempt: String) -> Bool {
        AttemptRecord(path: "\(directory)/attempts/\(attempt).lock")?.isHeld ?? false
    }
}
