/// How fast Flux's clocks run: every interval of its objects is divided.
public struct FluxPace: Sendable {
    /// How many seconds of an interval pass in one.
    public var factor: Int

    public init(factor: Int = 60) { self.factor = max(1, factor) }

    /// How long `text`, such as `10m` or `1h30m`, lasts here.
    func interval(_ text: String?, or fallback: Duration) -> Duration {
        (text.flatMap(Self.duration) ?? fallback) / factor
    }

    /// A length of time as Go writes it; nil if it is none.
    static func duration(_ text: String) -> Duration? {
        let units: [String: Duration] = [
            "ms": .milliseconds(1), "s": .seconds(1), "m": .seconds(60), "h": .seconds(3600),
        ]
        var total = Duration.zero
        var rest = text[...]
        while !rest.isEmpty {
            let digits = rest.prefix { $0.isNumber }
            let unit = rest.dropFirst(digits.count).prefix { !$0.isNumber }
            guard let number = Int(digits), let length = units[String(unit)] else { return nil }
            total += length * number
            rest = rest.dropFirst(digits.count + unit.count)
        }
        return text.isEmpty ? nil : total
    }
}
