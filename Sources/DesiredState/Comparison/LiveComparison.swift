internal import JSON

/// A manifest held against the object a server made of it. What a server fills
/// in by itself is no difference; what it writes in another way is none either.
enum LiveComparison {
    /// Where applying `manifest` would change `live`.
    static func fields(_ manifest: JSONValue, _ live: JSONValue) -> [FieldDifference] {
        let isSecret = manifest["kind"]?.string == "Secret"
        var found: [FieldDifference] = []
        for (key, wanted) in (manifest.object ?? [:]).sorted(by: { $0.key < $1.key }) {
            switch key {
            case "apiVersion", "kind", "status": continue
            case "metadata":
                for part in ["labels", "annotations"] {
                    compare(wanted[part], live.at("metadata", part), "metadata.\(part)", &found)
                }
            // Only digests of secrets are read from a cluster, and not here.
            case "data", "stringData": if !isSecret { compare(wanted, live[key], key, &found) }
            default: compare(wanted, live[key], key, &found)
            }
        }
        return found
    }

    private static func compare(
        _ wanted: JSONValue?, _ live: JSONValue?, _ path: String, _ found: inout [FieldDifference]
    ) {
        guard let wanted, wanted != .null, !isSame(wanted, live) else { return }
        if let members = wanted.object, live?.object != nil {
            for (key, member) in members.sorted(by: { $0.key < $1.key }) {
                compare(member, live?[key], "\(path).\(key)", &found)
            }
            return
        }
        if let elements = wanted.array, let others = live?.array, !elements.isEmpty {
            return lists(elements, others, path, &found)
        }
        found.append(FieldDifference(path: path, old: live, new: wanted))
    }

    /// Lists of named things are merged by name; others are taken whole.
    private static func lists(
        _ wanted: [JSONValue], _ live: [JSONValue], _ path: String,
        _ found: inout [FieldDifference]
    ) {
        let names = wanted.compactMap(FieldDifference.label)
        if names.count == wanted.count, Set(names).count == names.count {
            for element in wanted {
                let name = FieldDifference.label(element) ?? ""
                let other = live.first { FieldDifference.label($0) == name }
                compare(element, other, "\(path)[\(name)]", &found)
            }
            return
        }
        guard wanted.count == live.count else {
            found.append(
                FieldDifference(path: path, old: .array(live), new: .array(wanted)))
            return
        }
        for (index, element) in wanted.enumerated() {
            compare(element, live[index], "\(path)[\(index)]", &found)
        }
    }

    private static func isSame(_ wanted: JSONValue, _ live: JSONValue?) -> Bool {
        guard let live else { return isNothing(wanted) }
        if wanted == live { return true }
        guard let left = text(wanted), let right = text(live) else { return false }
        return left == right || Quantity.isSame(left, right)
    }

    /// What a server leaves out when it is said.
    private static func isNothing(_ value: JSONValue) -> Bool {
        switch value {
        case .null, .bool(false), .int(0), .string(""): true
        case .array(let elements): elements.isEmpty
        case .object(let members): members.values.allSatisfy(isNothing)
        default: false
        }
    }

    private static func text(_ value: JSONValue) -> String? {
        switch value {
        case .string, .int, .double: value.string ?? value.text
        default: nil
        }
    }
}
