/// An amount as Kubernetes writes it: `1Gi` is `1024Mi`, `0.5` is `500m`, and a
/// time of `10m` is `10m0s`.
enum Quantity {
    /// Whether both say the same, as amounts or as times.
    static func isSame(_ left: String, _ right: String) -> Bool {
        guard left.utf8.count <= 32, right.utf8.count <= 32 else { return false }
        if let first = amount(left), let second = amount(right) { return first == second }
        if let first = seconds(left), let second = seconds(right) { return first == second }
        return false
    }

    private static let suffixes: [(String, Double)] = [
        ("Ki", 1024), ("Mi", 1_048_576), ("Gi", 1_073_741_824), ("Ti", 1_099_511_627_776),
        ("m", 0.001), ("k", 1e3), ("M", 1e6), ("G", 1e9), ("T", 1e12), ("", 1),
    ]

    private static func amount(_ text: String) -> Double? {
        for (suffix, factor) in suffixes where text.hasSuffix(suffix) {
            if let number = number(text.dropLast(suffix.count)) { return number * factor }
        }
        return nil
    }

    private static func number(_ text: Substring) -> Double? {
        let isNumber = text.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
        return isNumber ? Double(String(text)) : nil
    }

    /// `1h2m3.5s` in seconds.
    private static func seconds(_ text: String) -> Double? {
        var rest = text[...], sum = 0.0
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isNumber || $0 == "." }
            guard let number = number(digits) else { return nil }
            rest = rest.dropFirst(digits.count)
            let unit = rest.prefix { $0.isLetter }
            rest = rest.dropFirst(unit.count)
            switch unit {
            case "ms": sum += number / 1000
            case "s": sum += number
            case "m": sum += number * 60
            case "h": sum += number * 3600
            default: return nil
            }
        }
        return sum
    }
}
