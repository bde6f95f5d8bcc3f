/// Chooses kill points at random, the same for the same seed.
struct Sample {
    private var state: UInt64

    init(seed: Int) { state = UInt64(truncatingIfNeeded: seed) }

    /// `count` of `points`, a third of them at barriers, spread over steps.
    mutating func choose(_ count: Int, of points: [KillPoint]) -> [KillPoint] {
        guard count < points.count else { return points }
        let held = points.filter { $0.hold != nil }
        let free = points.filter { $0.hold == nil }
        let third = min(held.count, max((count + 2) / 3, count - free.count))
        let chosen = spread(third, of: held) + spread(count - third, of: free)
        return chosen.sorted { $0.number < $1.number }
    }

    /// One of each step in turn, in random order.
    private mutating func spread(_ count: Int, of points: [KillPoint]) -> [KillPoint] {
        var steps = Array(Dictionary(grouping: points, by: \.stretch).sorted { $0.key < $1.key })
            .map(\.value)
        for index in steps.indices { shuffle(&steps[index]) }
        shuffle(&steps)
        var chosen: [KillPoint] = []
        for round in points.indices {
            for step in steps where round < step.count && chosen.count < count {
                chosen.append(step[round])
            }
        }
        return chosen
    }

    private mutating func shuffle<Element>(_ elements: inout [Element]) {
        for index in elements.indices.dropFirst().reversed() {
            elements.swapAt(index, Int(next() % UInt64(index + 1)))
        }
    }

    /// SplitMix64: the same numbers on every machine and in every release.
    private mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
