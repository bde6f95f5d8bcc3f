internal import Glibc

/// Wall time for people and for machines.
enum Clock {
    /// `2026-11-20T03:04:05Z`.
    static func text(_ milliseconds: Int) -> String { moment(milliseconds) + "Z" }

    /// `2026-11-20T03:04:05.678Z`.
    static func fine(_ milliseconds: Int) -> String {
        let fraction = String(1000 + milliseconds % 1000).dropFirst()
        return moment(milliseconds) + ".\(fraction)Z"
    }

    /// Milliseconds since 1970, now.
    static func now() -> Int {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }

    private static func moment(_ milliseconds: Int) -> String {
        var seconds = time_t(milliseconds / 1000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        let two = { (number: Int32) in number < 10 ? "0\(number)" : "\(number)" }
        return "\(parts.tm_year + 1900)-\(two(parts.tm_mon + 1))-\(two(parts.tm_mday))T"
            + "\(two(parts.tm_hour)):\(two(parts.tm_min)):\(two(parts.tm_sec))"
    }
}
