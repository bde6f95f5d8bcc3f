internal import Glibc

/// What this process may use. A hostile pack can then end the process, and
/// nothing else.
struct Limits {
    /// Address space, and the size of the largest file written.
    let bytes: Int
    /// Wall and processor time.
    private let milliseconds: Int
    private let atDeadline: @convention(c) (Int32) -> Void

    /// A probe keeps its deadline by itself; this much later it is ended.
    private static let grace = 300

    init(_ invocation: Invocation) throws(Refusal) {
        bytes = try invocation.number("limit-mib", default: 512, in: 64...65_536) << 20
        switch invocation.command {
        case .http, .tcp, .dns: milliseconds = try invocation.milliseconds() + Self.grace
        default: milliseconds = try invocation.number("deadline", default: 60, in: 1...3600) * 1000
        }
        atDeadline = Self.ending(invocation.command)
    }

    /// Sets the limits on this process; there is no way back.
    func apply() throws(Refusal) {
        umask(0o077)
        // With SIGXFSZ ignored a write beyond the limit is an error with words.
        signal(SIGXFSZ, SIG_IGN)
        signal(SIGALRM, atDeadline)
        signal(SIGXCPU, atDeadline)
        try set(RLIMIT_CORE, 0)
        try set(RLIMIT_AS, bytes)
        try set(RLIMIT_FSIZE, bytes)
        let seconds = (milliseconds + 999) / 1000
        try set(RLIMIT_CPU, seconds, hard: seconds + 2)
        var timer = itimerval()
        timer.it_value.tv_sec = milliseconds / 1000
        timer.it_value.tv_usec = milliseconds % 1000 * 1000
        setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &timer, nil)
    }

    /// How much of the wall time is left.
    static var left: itimerval {
        var left = itimerval()
        getitimer(__itimer_which_t(ITIMER_REAL.rawValue), &left)
        return left
    }

    /// Leaves as much wall time from now on.
    static func leave(_ left: itimerval) {
        var left = left
        setitimer(__itimer_which_t(ITIMER_REAL.rawValue), &left, nil)
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

    /// What runs inside a signal: constant text, `write` and `_exit` only.
    private static func ending(_ command: Invocation.Command?) -> @convention(c) (Int32) -> Void {
        switch command {
        case .http: { _ in Limits.end("HT") }
        case .tcp: { _ in Limits.end("TC") }
        case .dns: { _ in Limits.end("DN") }
        default: { _ in Limits.endGit() }
        }
    }

    private static func endGit() {
        if Phase.isWaitingForMirror {
            // Nobody has asked the source yet, so nothing is known of it.
            say(
                #"{"code":"GT-BUSY","do":"Wait until the other recover has fetched, then try again.","#
            )
            say(#""reason":"#)
        } else {
            say(#"{"code":"GT-TIMEOUT","do":"Try the source with git ls-remote from here, or "#)
            say(#"raise limits.deadline of the source in the binding.","reason":"#)
        }
        say(#""the deadline passed while "#)
        say(Phase.words)
        say("\"}\n")
        _exit(5)
    }

    private static func end(_ family: StaticString) {
        let rest: StaticString = """
            -TIMEOUT","do":"Check that the other side answers, or allow more time.",\
            "reason":"the deadline passed before there was an answer"}

            """
        say(#"{"code":""#)
        say(family)
        say(rest)
        _exit(5)
    }

    private static func say(_ text: StaticString) {
        text.withUTF8Buffer { _ = write(2, $0.baseAddress, $0.count) }
    }
}
