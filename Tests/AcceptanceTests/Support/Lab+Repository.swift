/// What people do to the desired state, and to the cluster beside it.
extension Lab {
    /// Somebody changes the branch, in a working copy, and pushes.
    func push(_ change: (_ work: String) throws -> Void) throws {
        try Files.tool("/bin/rm", "-rf", "\(folder)/work")
        let work = "\(folder)/work"
        try Files.tool("/usr/bin/git", "clone", "-q", "\(folder)/lab/desired-state.git", work)
        try change(work)
        try Files.tool("/usr/bin/git", "-C", work, "add", "--all")
        try Files.tool(
            "/usr/bin/git", "-C", work, "-c", "user.name=a", "-c", "user.email=a@b.c", "commit",
            "-q", "-m", "Something else is wanted")
        try Files.tool("/usr/bin/git", "-C", work, "push", "-q")
    }

    /// Lets a step of `Library.waiting(word)` be over.
    func say(_ word: String) throws {
        try kubectl("create", "configmap", word, "-n", "default")
    }

    /// Tries for a minute at most. Whoever asks takes the time from the lab it asks.
    func wait(until holds: () throws -> Bool) async throws {
        for _ in 0..<200 {
            if try holds() { return }
            try await Task.sleep(for: .milliseconds(300))
        }
    }
}
