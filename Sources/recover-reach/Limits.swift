internal import Glibc

/// What this process may use. A hostile pack can then end the process, and
/// nothing else.
struct Limits {
    /// Address space, and the size of the largest file written.
    let bytes: Int
    /// Wall and processor time.
    let seconds: Int

    init(_ invocation: Invocation) throws(Refusal) {
        bytes = try invocation.number("limit-mib", default: 512, in: 64...65_536) << 20
        seconds = try invocation.number("deadline", default: 60, in: 1...3600)
    }

    /// Sets the limits on this process; there is no way back.
    func apply() throws(Refusal) {
        umask(0o077)
        // With SIGXFSZ ignored a write beyond the limit is an error with words.
        signal(SIGXFSZ, SIG_IGN)
        signal(SIGALRM) { _ in Self.endAtDeadline() }
        signal(SIGXCPU) { _ in Self.endAtDeadline() }
        try set(RLIMIT_CORE, 0)
        try set(RLIMIT_AS, bytes)
        try set(RLIMIT_FSIZE, bytes)
        try set(RLIMIT_CPU, seconds, hard: seconds + 2)
        alarm(UInt32(seconds))
    }

    private func set(_ resource: __rlimit_resource, _ soft: Int, hard: Int? = nil) throws(Refusal) {
        let resource = __rlimit_resource_t(resource.rawValue)
        var limit = rlimit()
        getrlimit(resource, &limit)
        limit.rlim_cur = min(rlim_t(soft), limit.rlim_max)
        limit.rlim_max = min(rlim_t(hard ?? soft), limit.rlim_max)
        guard setrlimit(resource, &limit) == 0 else {
            throw Refusal(
                "GT-LIMIT", "this process cannot limit itself: \(String(cString: strerror(errno)))",
                do: "Look at the limits of the shell that started it (ulimit -a).", exit: .failed)
        }
    }

    /// Runs inside a signal: constant text, `write` and `_exit` only.
    private static func endAtDeadline() {
        let text: StaticString = """
            {"code":"GT-TIMEOUT","do":"Check that the source answers, or allow more with --deadline.",\
            "reason":"the deadline passed before there was an answer"}

            """
        text.withUTF8Buffer { _ = write(2, $0.baseAddress, $0.count) }
        _exit(5)
    }
}
