import JSON

/// Spans of time as kubectl and the server show them: `27s`, `5m13s`, `3d4h`.
enum Age {
    /// Of an object since its creation.
    static func of(_ object: JSONValue, _ now: Moment) -> JSONValue {
        since(object.at("metadata", "creationTimestamp")?.string, now)
    }

    /// The time since `text`.
    static func since(_ text: String?, _ now: Moment) -> JSONValue {
        guard let start = Moment(text) else { return "<unknown>" }
        return .string(Self.text(milliseconds: now.milliseconds - start.milliseconds))
    }

    static func text(milliseconds: Int) -> String {
        let seconds = milliseconds / 1000
        if seconds < -1 { return "<invalid>" }
        if seconds < 0 { return "0s" }
        if seconds < 120 { return "\(seconds)s" }
        let minutes = seconds / 60
        if minutes < 10 { return pair(minutes, "m", seconds % 60, "s") }
        if minutes < 180 { return "\(minutes)m" }
        let hours = minutes / 60
        if hours < 8 { return pair(hours, "h", minutes % 60, "m") }
        if hours < 48 { return "\(hours)h" }
        let days = hours / 24
        if hours < 192 { return pair(days, "d", hours % 24, "h") }
        if days < 730 { return "\(days)d" }
        if days < 2920 { return pair(days / 365, "y", days % 365, "d") }
        return "\(days / 365)y"
    }

    private static func pair(_ high: Int, _ unit: String, _ low: Int, _ lowUnit: String) -> String {
        low == 0 ? "\(high)\(unit)" : "\(high)\(unit)\(low)\(lowUnit)"
    }
}
