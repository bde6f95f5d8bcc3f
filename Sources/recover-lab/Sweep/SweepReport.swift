/// What a sweep found, step by step and in one line.
struct SweepReport {
    let stretches: [Stretch]
    /// Every kill point that was tried, with what came of it.
    let results: [(point: KillPoint, result: PointResult)]
    /// Whether every kill point there is was to be tried.
    let isWhole: Bool

    private var doubles: Int { results.reduce(0) { $0 + $1.result.doubles.values.reduce(0, +) } }
    private var lost: Int { results.reduce(0) { $0 + $1.result.lost } }
    private var unknowns: Int { results.filter(\.result.isUnknown).count }
    private var predicted: Int { results.filter(\.result.isPredicted).count }

    /// The steps that act and were killed at too few places.
    private var thin: [String] {
        guard isWhole else { return [] }
        return stretches.indices.filter { stretches[$0].isActing }.compactMap { index in
            let points = results.filter { $0.point.stretch == index }
            let held = points.filter { $0.point.hold != nil }.count
            return points.count >= 6 && held * 3 >= points.count
                ? nil : "\(stretches[index].step): \(points.count) kill points, \(held) at barriers"
        }
    }

    var isGood: Bool {
        !results.isEmpty && thin.isEmpty && results.allSatisfy(\.result.isGood)
    }

    private static func cells(_ own: [(point: KillPoint, result: PointResult)]) -> [Int] {
        let held = own.filter { $0.point.hold != nil }.count
        let results = own.map(\.result)
        let doubles = results.map { $0.doubles.values.reduce(0, +) }.reduce(0, +)
        let lost = results.map(\.lost).reduce(0, +)
        let seconds = results.map(\.milliseconds).reduce(0, +) / 1000
        return [own.count, held, doubles, lost, results.filter(\.isUnknown).count, seconds]
    }

    /// One line per step, and the line that says it all.
    var lines: [String] {
        let width = stretches.map(\.step.count).max() ?? 0
        func row(_ name: String, _ cells: [String]) -> String {
            let padded = cells.map { String(repeating: " ", count: max(0, 9 - $0.count)) + $0 }
            return name + String(repeating: " ", count: width - name.count) + padded.joined()
        }
        var lines = [
            row("step", ["points", "barriers", "double", "lost", "unknown", "seconds"])
        ]
        for (index, stretch) in stretches.enumerated() {
            let own = results.filter { $0.point.stretch == index }
            guard !own.isEmpty else { continue }
            lines.append(row(stretch.step, SweepReport.cells(own).map(String.init)))
        }
        lines += thin.map { "too few: \($0)" }
        let bad = results.filter { !$0.result.isGood }.count
        if bad > 0 { lines.append("\(bad) kill points are not as they should be") }
        if unknowns != predicted || unknowns > 0 {
            lines.append("unknowns that had to be: \(predicted)")
        }
        lines.append(
            "kill points \(results.count), double effects \(doubles), lost entries \(lost), "
                + "unknowns \(unknowns)")
        return lines
    }
}
