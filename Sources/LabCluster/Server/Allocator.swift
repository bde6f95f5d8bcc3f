import Glibc

/// How this process asks the system for memory.
public enum Allocator {
    /// `mallopt`, which Swift's Glibc leaves out: looked up by name.
    private static let option = dlsym(nil, "mallopt").map {
        unsafeBitCast($0, to: (@convention(c) (_ name: Int32, _ value: Int32) -> Int32).self)
    }

    /// Keeps the memory of a long-lived server flat. Every connection has a thread,
    /// and each thread would get a heap of its own to scatter over; a large answer
    /// once given would stay.
    public static func keepFlat() {
        let (arenas, mapped, trimmed): (Int32, Int32, Int32) = (-8, -3, -1) // of malloc.h
        _ = option?(arenas, 2)
        _ = option?(mapped, 128 << 10)
        _ = option?(trimmed, 128 << 10)
    }
}
