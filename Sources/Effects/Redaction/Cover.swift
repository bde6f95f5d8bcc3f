/// A stretch of a stream that must not be seen.
struct Cover {
    var start: Int
    var end: Int
    /// Whose it is; its mark says so.
    var name: String
    /// Where several lie over each other, the heaviest names the mark.
    var weight: Int
    /// It goes on where the one before it ended.
    var continues = false

    /// Whether `next`, which starts no earlier, is of one piece with it.
    func touches(_ next: Cover) -> Bool {
        next.start < end || (next.continues && next.start == end)
    }

    mutating func join(_ other: Cover) {
        if (other.weight, name) > (weight, other.name) { (name, weight) = (other.name, other.weight) }
        continues = other.start < start ? other.continues : continues
        start = min(start, other.start)
        end = max(end, other.end)
    }
}
