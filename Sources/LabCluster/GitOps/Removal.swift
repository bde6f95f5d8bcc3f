import JSON

/// What a manifest no longer says, taken out of the living object: the third
/// side of a three-way merge. Only leaves go that the manifest itself once
/// brought; what others put beside them stays.
enum Removal {
    /// - Parameters:
    ///   - former: what was applied before.
    ///   - isTyped: lists of a built-in kind are maps by their merge key.
    static func apply(
        _ former: JSONValue, _ manifest: JSONValue, to live: JSONValue, isTyped: Bool
    ) -> JSONValue {
        guard let old = former.object, var members = live.object else { return live }
        for (field, value) in old {
            guard let living = members[field] else { continue }
            let wanted = manifest[field] == .null ? nil : manifest[field]
            members[field] = remainder(field, value, wanted, living, isTyped)
        }
        return .object(members)
    }

    private static func remainder(
        _ field: String, _ former: JSONValue, _ wanted: JSONValue?, _ live: JSONValue,
        _ isTyped: Bool
    ) -> JSONValue? {
        switch (former, live) {
        case (.object, .object):
            let rest = apply(former, wanted ?? [:], to: live, isTyped: isTyped)
            return rest == [:] && wanted == nil ? nil : rest
        case (.array(let olds), .array(let elements)) where isTyped:
            guard let keys = StrategicPatch.mergeKeys[field],
                let key = keys.first(where: { key in olds.allSatisfy { $0[key] != nil } })
            else { return wanted == nil ? nil : live }
            let rest = elements.compactMap { element -> JSONValue? in
                guard let old = olds.first(where: { $0[key] == element[key] }) else {
                    return element
                }
                guard let new = wanted?.array?.first(where: { $0[key] == element[key] }) else {
                    return nil
                }
                return apply(old, new, to: element, isTyped: isTyped)
            }
            return rest.isEmpty && wanted == nil ? nil : .array(rest)
        default: return wanted == nil ? nil : live
        }
    }
}
