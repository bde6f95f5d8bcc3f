internal import Glibc

/// Times as systemd's programs print them, in UTC.
enum Clock {
    /// Microseconds since 1970.
    static var now: Int {
        var now = timespec()
        clock_gettime(CLOCK_REALTIME, &now)
        return now.tv_sec * 1_000_000 + now.tv_nsec / 1000
    }

    /// `Nov 21 05:46:43`.
    static func stamp(_ microseconds: Int) -> String { format(microseconds, "%b %d %H:%M:%S") }

    /// `Sat 2026-11-21 05:46:43 UTC`; empty for a time that never was.
    static func full(_ microseconds: Int) -> String {
        microseconds == 0 ? "" : format(microseconds, "%a %Y-%m-%d %H:%M:%S UTC")
    }

    /// `2026-11-21-05-46-43`, for the name of a file.
    static func file(_ microseconds: Int) -> String { format(microseconds, "%Y-%m-%d-%H-%M-%S") }

    /// `1121 05:46:43.000000`, as Kubernetes' programs begin a line of their log.
    static func klog(_ microseconds: Int) -> String { format(microseconds, "%m%d %H:%M:%S.000000") }

    /// `2026-11-21 05:46:43 +0000 UTC`, from seconds since 1970.
    static func utc(_ seconds: Int) -> String {
        format(seconds * 1_000_000, "%Y-%m-%d %H:%M:%S +0000 UTC")
    }

    private static func format(_ microseconds: Int, _ format: String) -> String {
        var seconds = time_t(microseconds / 1_000_000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var buffer = [CChar](repeating: 0, count: 64)
        let count = strftime(&buffer, buffer.count, format, &parts)
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
