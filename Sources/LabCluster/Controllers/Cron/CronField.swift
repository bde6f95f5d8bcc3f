/// One field of a cron schedule: the values it matches.
struct CronField: Hashable, Sendable {
    let values: Set<Int>
    /// Written as `*` or `?`: says nothing.
    let isAny: Bool

    /// Reads `*/5`, `1-5`, `0,30`, `MON-FRI`; nil for what is none.
    init?(_ text: Substring, _ range: ClosedRange<Int>, names: [String] = []) {
        var values: Set<Int> = []
        isAny = text.first == "*" || text.first == "?"
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let halves = part.split(separator: "/", omittingEmptySubsequences: false)
            guard halves.count < 3, let first = halves.first else { return nil }
            let step = halves.count == 2 ? Int(halves[1]) : 1
            guard let step, step > 0 else { return nil }
            let bounds: ClosedRange<Int>
            if first == "*" || first == "?" {
                bounds = range
            } else {
                let ends = first.split(separator: "-", omittingEmptySubsequences: false)
                    .map { Self.number($0, names, range.lowerBound) }
                guard ends.count < 3, let low = ends[0], let high = ends[ends.count - 1],
                    low <= high, range.contains(low), range.contains(high)
                else { return nil }
                // `3/15` means from there on.
                bounds = low...(ends.count == 1 && halves.count == 2 ? range.upperBound : high)
            }
            values.formUnion(stride(from: bounds.lowerBound, through: bounds.upperBound, by: step))
        }
        self.values = values
    }

    private static func number(_ text: Substring, _ names: [String], _ first: Int) -> Int? {
        if let number = Int(text) { return number }
        return names.firstIndex(of: text.lowercased()).map { $0 + first }
    }
}
