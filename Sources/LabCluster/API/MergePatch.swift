import JSON

/// JSON merge patch (RFC 7386).
enum MergePatch {
    /// `target` with `patch` applied: null removes, objects merge, everything
    /// else replaces.
    static func apply(_ patch: JSONValue, to target: JSONValue?) -> JSONValue {
        guard let members = patch.object else { return patch }
        var result = target?.object ?? [:]
        for (key, value) in members {
            result[key] = value == .null ? nil : apply(value, to: result[key])
        }
        return .object(result)
    }
}
