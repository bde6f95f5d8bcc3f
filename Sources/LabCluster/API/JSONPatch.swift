import JSON

/// JSON patch (RFC 6902).
enum JSONPatch {
    /// A patch that is none, or that does not apply.
    struct Failure: Error {}

    /// `target` with the operations of `patch` applied in order.
    static func apply(_ patch: JSONValue, to target: JSONValue) throws(Failure) -> JSONValue {
        guard let operations = patch.array else { throw Failure() }
        var result = target
        for operation in operations { result = try apply(operation: operation, to: result) }
        return result
    }

    private static func apply(
        operation: JSONValue, to target: JSONValue
    ) throws(Failure) -> JSONValue {
        let path = try tokens(operation["path"])
        switch operation["op"]?.string {
        case "add": return try insert(try value(operation), at: path[...], in: target)
        case "replace":
            let removed = try remove(path[...], from: target)
            return try insert(try value(operation), at: path[...], in: removed)
        case "remove": return try remove(path[...], from: target)
        case "test":
            guard try read(path, in: target) == value(operation) else { throw Failure() }
            return target
        case "copy":
            return try insert(
                try read(tokens(operation["from"]), in: target), at: path[...], in: target)
        case "move":
            let from = try tokens(operation["from"])
            let moved = try read(from, in: target)
            return try insert(moved, at: path[...], in: try remove(from[...], from: target))
        default: throw Failure()
        }
    }

    private static func tokens(_ text: JSONValue?) throws(Failure) -> [String] {
        guard let text = text?.string, let pointer = JSONPointer(text) else { throw Failure() }
        return pointer.tokens
    }

    private static func value(_ operation: JSONValue) throws(Failure) -> JSONValue {
        guard let value = operation["value"] else { throw Failure() }
        return value
    }

    private static func read(_ path: [String], in target: JSONValue) throws(Failure) -> JSONValue {
        var current = target
        for token in path {
            let index = Int(token)
            guard let next = current[token] ?? index.flatMap({ current[$0] }) else {
                throw Failure()
            }
            current = next
        }
        return current
    }

    private static func insert(
        _ value: JSONValue, at path: ArraySlice<String>, in target: JSONValue
    ) throws(Failure) -> JSONValue {
        guard let token = path.first else { return value }
        switch target {
        case .object(var members):
            if path.count > 1 {
                guard let child = members[token] else { throw Failure() }
                members[token] = try insert(value, at: path.dropFirst(), in: child)
            } else {
                members[token] = value
            }
            return .object(members)
        case .array(var elements):
            let index = token == "-" && path.count == 1 ? elements.count : Int(token)
            guard let index, index >= 0, index <= elements.count else { throw Failure() }
            if path.count > 1 {
                guard index < elements.count else { throw Failure() }
                elements[index] = try insert(value, at: path.dropFirst(), in: elements[index])
            } else {
                elements.insert(value, at: index)
            }
            return .array(elements)
        default: throw Failure()
        }
    }

    private static func remove(
        _ path: ArraySlice<String>, from target: JSONValue
    ) throws(Failure) -> JSONValue {
        guard let token = path.first else { return .null }
        switch target {
        case .object(var members):
            guard let child = members[token] else { throw Failure() }
            members[token] = path.count > 1 ? try remove(path.dropFirst(), from: child) : nil
            return .object(members)
        case .array(var elements):
            guard let index = Int(token), elements.indices.contains(index) else { throw Failure() }
            if path.count > 1 {
                elements[index] = try remove(path.dropFirst(), from: elements[index])
            } else {
                elements.remove(at: index)
            }
            return .array(elements)
        default: throw Failure()
        }
    }
}
