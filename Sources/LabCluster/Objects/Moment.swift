import Glibc

/// A point of the cluster's time, in milliseconds since 1970.
struct Moment: Hashable, Sendable, Comparable {
    let milliseconds: Int

    static func < (left: Moment, right: Moment) -> Bool { left.milliseconds < right.milliseconds }

    /// The time of this machine's clock.
    static var now: Moment {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Moment(milliseconds: time.tv_sec * 1000 + time.tv_nsec / 1_000_000)
    }

    /// Whole seconds since 1970.
    var seconds: Int { milliseconds / 1000 }

    func adding(_ duration: Duration) -> Moment {
        Moment(milliseconds: milliseconds + duration.inMilliseconds)
    }

    /// The API's time text, whole seconds in UTC: `2026-11-20T22:28:51Z`.
    var text: String { text("%Y-%m-%dT%H:%M:%SZ") }

    /// As kubeadm and k3s show when a certificate ends: `Nov 20, 2026 22:28 UTC`.
    var longText: String { text("%b %d, %Y %H:%M UTC") }

    private func text(_ format: String) -> String {
        var seconds = milliseconds / 1000
        var parts = tm()
        gmtime_r(&seconds, &parts)
        var buffer = [CChar](repeating: 0, count: 64)
        let count = strftime(&buffer, buffer.count, format, &parts)
        return String(decoding: buffer.prefix(count).map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }

    init(milliseconds: Int) { self.milliseconds = milliseconds }

    /// Reads `text` back; nil if it is none.
    init?(_ text: String?) {
        guard let text, text.utf8.count == 20 else { return nil }
        let numbers = text.split { !$0.isNumber }.compactMap { Int32($0) }
        guard numbers.count == 6 else { return nil }
        var parts = tm()
        parts.tm_year = numbers[0] - 1900
        parts.tm_mon = numbers[1] - 1
        parts.tm_mday = numbers[2]
        parts.tm_hour = numbers[3]
        parts.tm_min = numbers[4]
        parts.tm_sec = numbers[5]
        milliseconds = timegm(&parts) * 1000
    }
}

extension Duration {
    /// Whole milliseconds, rounded down.
    var inMilliseconds: Int {
        Int(components.seconds) * 1000 + Int(components.attoseconds / 1_000_000_000_000_000)
    }
}
