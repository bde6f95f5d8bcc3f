internal import CGit2

extension Refusal {
    /// What libgit2 said about its last failure, read at once: the text is kept
    /// per thread and only until the next call.
    static func git(_ code: Int32, _ doing: String) -> Refusal {
        let last = git_error_last()
        let text = last.flatMap { $0.pointee.message }.map { String(cString: $0) } ?? "code \(code)"
        let category = last.map { UInt32($0.pointee.klass) } ?? 0
        let reason = "cannot \(doing): \(text.shown)"
        if code == GIT_EOWNER.rawValue {
            return Refusal(
                "GT-OWNER", reason, do: "Let the user who runs this own the source repository.",
                exit: .failed)
        }
        // The words of libgit2's own limits, which have no code of their own.
        let isTooMuch = ["too many objects", "overly large object"].contains { text.contains($0) }
        if category == GIT_ERROR_NOMEMORY.rawValue || isTooMuch {
            return Refusal(
                "GT-LIMIT", reason,
                do: "If the source is trusted, raise its limits.memory-mib in the binding.",
                exit: .failed)
        }
        return Refusal(
            "GT-GIT", reason, do: "Check that the repository is whole (git fsck) and readable.",
            exit: .failed)
    }
}
