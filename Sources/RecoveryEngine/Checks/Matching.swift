internal import JSON
internal import Patterns
internal import Runbooks

/// Matcher × text → nothing, or why it does not match.
struct Matching {
    let values: Values

    func objection(_ matcher: TextMatcher, _ text: String) throws(Values.Missing) -> String? {
        let shown = "is '\(text.prefix(120))'"
        switch matcher {
        case .equals(let template):
            let wanted = try values.fill(template)
            return text == wanted ? nil : "\(shown), not '\(wanted)'"
        case .contains(let template):
            let wanted = try values.fill(template)
            return Substring(text).firstRange(of: wanted) != nil
                ? nil : "does not contain '\(wanted)'"
        case .starts(let template):
            let wanted = try values.fill(template)
            return text.hasPrefix(wanted) ? nil : "does not start with '\(wanted)'"
        case .ends(let template):
            let wanted = try values.fill(template)
            return text.hasSuffix(wanted) ? nil : "does not end with '\(wanted)'"
        case .matches(let pattern):
            return pattern.matches(text) ? nil : "does not match \(pattern.text)"
        case .empty(let wanted):
            return text.isEmpty == wanted ? nil : wanted ? shown : "is empty"
        case .lines(let template, let count):
            let wanted = try values.fill(template)
            let found = text.split(separator: "\n").filter { $0.firstRange(of: wanted) != nil }
                .count
            return found == count ? nil : "has \(found) lines with '\(wanted)', not \(count)"
        case .sameAs(let path):
            return .string(text) == (try known(path)) ? nil : "\(shown), not the value of \(path)"
        case .differsFrom(let path):
            return .string(text) != (try known(path)) ? nil : "\(shown), still the value of \(path)"
        }
    }

    /// A fact nobody observed is not known; one observed as absent is empty.
    private func known(_ path: FactPath) throws(Values.Missing) -> JSONValue {
        guard let value = values[path] else { throw Values.Missing(path: path.description) }
        return value
    }

    func objection(_ matcher: JSONMatcher, _ document: JSONValue) throws(Values.Missing) -> String?
    {
        guard let pointer = JSONPointer(matcher.at) else { return "'\(matcher.at)' is no pointer" }
        let found = document[pointer]
        if case .present(let wanted) = matcher.condition {
            return (found != nil) == wanted ? nil : "\(matcher.at) is \(wanted ? "not " : "")there"
        }
        // An empty list is often left out by a server that has nothing to list.
        guard let found else {
            if case .none = matcher.condition { return nil }
            return "there is no \(matcher.at)"
        }
        return try objection(matcher.condition, found, matcher.at)
    }

    private func objection(
        _ condition: JSONMatcher.Condition, _ found: JSONValue, _ at: String
    ) throws(Values.Missing) -> String? {
        let shown = "\(at) is \(found.text.prefix(120))"
        switch condition {
        case .equals(let operand):
            let wanted = try value(operand)
            return found == wanted ? nil : "\(shown), not \(wanted.text)"
        case .anyOf(let allowed):
            return allowed.contains(found)
                ? nil : "\(shown), none of \(JSONValue.array(allowed).text)"
        case .includes(let operand):
            let wanted = try value(operand)
            return found.holds(wanted)
                ? nil : "\(at) does not hold \(Self.missing(wanted, in: found))"
        case .sameAs(let path):
            return found == (try known(path)) ? nil : "\(shown), not the value of \(path)"
        case .differsFrom(let path):
            return found != (try known(path)) ? nil : "\(shown), still the value of \(path)"
        case .count(let count):
            guard let list = found.array else { return "\(at) is no list" }
            return list.count == count ? nil : "\(at) has \(list.count) elements, not \(count)"
        case .countOf(let path):
            guard let list = found.array else { return "\(at) is no list" }
            let wanted = (try known(path)).array?.count ?? 0
            return list.count == wanted
                ? nil : "\(at) has \(list.count) elements, \(path) has \(wanted)"
        case .every(let element): return try everyObjection(element, found, at)
        case .some(let element):
            for candidate in found.array ?? [] where try objection(element, candidate) == nil {
                return nil
            }
            return "\(at) has no element that is \(try words(element))"
        case .none(let element):
            guard let list = found.array else { return "\(at) is no list" }
            for candidate in list where try objection(element, candidate) == nil {
                return "\(at) has an element that is \(try words(element))"
            }
            return nil
        case .present: return nil
        }
    }

    private func everyObjection(
        _ element: JSONMatcher.Element, _ found: JSONValue, _ at: String
    ) throws(Values.Missing) -> String? {
        guard let list = found.array, !list.isEmpty else { return "\(at) is empty" }
        for (index, candidate) in list.enumerated() {
            if let objection = try objection(element, candidate) {
                let name = candidate.at("metadata", "name")?.string ?? "element \(index)"
                return "\(at): \(name): \(objection)"
            }
        }
        return nil
    }

    private func objection(
        _ element: JSONMatcher.Element, _ candidate: JSONValue
    ) throws(Values.Missing) -> String? {
        switch element {
        case .at(let matchers):
            for matcher in matchers {
                if let objection = try objection(matcher, candidate) { return objection }
            }
            return nil
        case .members(let members):
            let wanted = try values.fill(members)
            return candidate.holds(wanted) ? nil : "is not \(wanted.text)"
        }
    }

    private func words(_ element: JSONMatcher.Element) throws(Values.Missing) -> String {
        switch element {
        case .members(let members): try values.fill(members).text
        case .at(let matchers): "as asked at \(matchers.first?.at ?? "")"
        }
    }

    private func value(_ operand: Operand) throws(Values.Missing) -> JSONValue {
        switch operand {
        case .value(let value): return try values.fill(value)
        case .reference(let path):
            guard let value = values[path] else { throw Values.Missing(path: path.description) }
            return value
        }
    }

    private static func missing(_ wanted: JSONValue, in found: JSONValue) -> String {
        guard let members = wanted.object else { return wanted.text }
        let lacking = members.filter { key, value in found[key].map { !$0.holds(value) } ?? true }
        return lacking.sorted { $0.key < $1.key }.map { "\($0.key)=\(Values.text($0.value))" }
            .joined(separator: ", ")
    }
}

extension JSONValue {
    /// Whether this value holds `wanted`: an object holds the members it has
    /// at least, a list an element for each wanted one, anything else equals.
    func holds(_ wanted: JSONValue) -> Bool {
        switch (self, wanted) {
        case (.object(let members), .object(let wanted)):
            wanted.allSatisfy { key, value in members[key]?.holds(value) ?? false }
        case (.array(let elements), .array(let wanted)):
            wanted.allSatisfy { value in elements.contains { $0.holds(value) } }
        default: self == wanted
        }
    }
}

extension Substring {
    /// First place where `needle` stands, found in linear time for short needles.
    func firstRange(of needle: String) -> Range<Index>? {
        guard !needle.isEmpty else { return startIndex..<startIndex }
        let pattern = Array(needle.utf8), bytes = Array(utf8)
        guard bytes.count >= pattern.count else { return nil }
        for start in 0...(bytes.count - pattern.count) where bytes[start] == pattern[0] {
            if bytes[start..<start + pattern.count].elementsEqual(pattern) {
                let lower = utf8.index(startIndex, offsetBy: start)
                return lower..<utf8.index(lower, offsetBy: pattern.count)
            }
        }
        return nil
    }
}
