import JSON

/// An amount of a resource, such as `250m`, `2` or `24Gi`; exact to a
/// thousandth.
struct Quantity: Hashable, Sendable, Comparable {
    var thousandths: Int

    static let zero = Quantity(thousandths: 0)

    static func < (left: Quantity, right: Quantity) -> Bool {
        left.thousandths < right.thousandths
    }

    static func + (left: Quantity, right: Quantity) -> Quantity {
        Quantity(thousandths: left.thousandths.addingReportingOverflow(right.thousandths).0)
    }

    init(thousandths: Int) { self.thousandths = thousandths }

    init(_ units: Int) { thousandths = units * 1000 }

    /// Reads a string or a number; nil if it is no quantity.
    init?(_ value: JSONValue?) {
        switch value {
        case .int(let number): self.init(String(number))
        case .string(let text): self.init(text)
        default: return nil
        }
    }

    /// Reads the text form; nil if it is none.
    init?(_ text: String) {
        let number = text.prefix { $0.isNumber || $0 == "." }
        let parts = number.split(separator: ".", omittingEmptySubsequences: false)
        guard !number.isEmpty, parts.count <= 2, let whole = Int("0" + parts[0]) else { return nil }
        let digits = parts.count == 2 ? parts[1].prefix(3) : ""
        let zeros = String(repeating: "0", count: 3 - digits.count)
        guard let fraction = Int(digits + zeros) else { return nil }
        guard let factor = Self.factor(text.dropFirst(number.count)) else { return nil }
        let (scaled, isBig) = (whole * 1000 + fraction).multipliedReportingOverflow(by: factor.by)
        guard !isBig else { return nil }
        thousandths = (scaled + factor.per - 1) / factor.per
    }

    private static func factor(_ suffix: Substring) -> (by: Int, per: Int)? {
        if suffix.isEmpty { return (1, 1) }
        if suffix == "m" { return (1, 1000) }
        if suffix.hasPrefix("e") || suffix.hasPrefix("E"), let power = Int(suffix.dropFirst()) {
            guard (0...15).contains(power) else { return nil }
            return ((0..<power).reduce(1) { product, _ in product * 10 }, 1)
        }
        let letters: [Character] = ["k", "M", "G", "T", "P"]
        guard let letter = suffix.first,
            let power = letters.firstIndex(of: letter == "K" ? "k" : letter)
        else { return nil }
        let isBinary = suffix.dropFirst() == "i"
        guard isBinary || (suffix.count == 1 && letter != "K") else { return nil }
        let base = isBinary ? 1024 : 1000
        return ((0...power).reduce(1) { product, _ in product * base }, 1)
    }

    /// As the API writes it: `250m`, `2`, `512Mi`.
    var text: String {
        guard thousandths % 1000 == 0 else { return "\(thousandths)m" }
        var units = thousandths / 1000
        var suffix = ""
        for letter in ["Ki", "Mi", "Gi", "Ti"] where units >= 1024 && units % 1024 == 0 {
            units /= 1024
            suffix = letter
        }
        return "\(units)\(suffix)"
    }
}
