internal import CPosix
internal import Glibc

/// The clocks, read once for one commit.
///
/// Order in a journal is the sequence; wall time is decoration. What was how
/// long after what on one boot of one machine is told by `monotonic`.
public struct Timestamps: Hashable, Sendable {
    /// Milliseconds since 1970, UTC.
    public let wall: Int
    /// Nanoseconds since boot, suspension included (CLOCK_BOOTTIME).
    public let monotonic: Int
    /// Linux's id of the boot that `monotonic` counts from.
    public let boot: String

    /// The clocks as given.
    public init(wall: Int, monotonic: Int, boot: String) {
        self.wall = wall
        self.monotonic = monotonic
        self.boot = boot
    }

    /// This machine's clocks, now; `boot` from `bootID()`.
    public static func now(boot: String) -> Timestamps {
        Timestamps(
            wall: Int(cposix_wall_nanoseconds() / 1_000_000),
            monotonic: Int(cposix_boot_nanoseconds()), boot: boot)
    }

    /// The id of this boot; empty where `/proc` does not tell it.
    public static func bootID() -> String {
        let bytes = try? Files.read("/proc/sys/kernel/random/boot_id", atMost: 64)
        return String(decoding: (bytes ?? []).filter { $0 > 0x20 }, as: UTF8.self)
    }
}
