public import JSON
public import Runbooks

/// Values known by name while a run goes on: what was observed and captured,
/// and the engine's own facts.
public struct Values: Hashable, Sendable {
    /// One object, nested as the names are.
    public private(set) var tree: JSONValue

    public init(_ tree: JSONValue = .object([:])) { self.tree = tree }

    /// The value called `path`.
    public subscript(path: FactPath) -> JSONValue? {
        path.names.reduce(Optional(tree)) { $0?[$1] }
    }

    /// Sets the value at the dotted `name`.
    public mutating func set(_ name: String, _ value: JSONValue) {
        tree = Self.setting(tree, name.split(separator: ".").map(String.init)[...], value)
    }

    private static func setting(
        _ tree: JSONValue, _ names: ArraySlice<String>, _ value: JSONValue
    ) -> JSONValue {
        guard let first = names.first else { return value }
        var tree = tree
        tree[first] = setting(tree[first] ?? .object([:]), names.dropFirst(), value)
        return tree
    }

    /// A value a template names and nobody has, or that cannot stand there.
    public struct Missing: Error, Hashable, Sendable, CustomStringConvertible {
        public let path: String
        let why: String
        public var description: String { "'\(path)' \(why)" }

        init(path: String, why: String = "has no value yet") {
            self.path = path
            self.why = why
        }
    }

    /// The text of `template`, every hole filled with one value.
    public func fill(_ template: Template) throws(Missing) -> String {
        var text = ""
        for piece in template.pieces {
            switch piece {
            case .literal(let part): text += part
            case .hole(let path):
                guard let value = self[path] else { throw Missing(path: path.description) }
                text += Self.text(value)
            }
        }
        return text
    }

    /// `template` as far as it can be filled, for titles.
    public func show(_ template: Template) -> String {
        (try? fill(template)) ?? template.source
    }

    /// `value` with the templates in its strings filled.
    public func fill(_ value: JSONValue) throws(Missing) -> JSONValue {
        switch value {
        case .string(let text):
            guard let template = try? Template(text) else { return value }
            return .string(try fill(template))
        case .array(let elements):
            var filled: [JSONValue] = []
            for element in elements { filled.append(try fill(element)) }
            return .array(filled)
        case .object(let members):
            var filled: [String: JSONValue] = [:]
            for (key, member) in members { filled[key] = try fill(member) }
            return .object(filled)
        default: return value
        }
    }

    /// The argument list, one argument for one template.
    public func fill(_ arguments: [Argument]) throws(Missing) -> [String] {
        var list: [String] = []
        for argument in arguments {
            switch argument {
            case .text(let template): list.append(try self.argument(template))
            case .json(let value): list.append(try fill(value).text)
            case .spread(let path):
                guard let elements = self[path]?.array else {
                    throw Missing(path: path.description)
                }
                for element in elements { list.append(try Self.checked(Self.text(element), path)) }
            }
        }
        return list
    }

    /// One argument; what a program printed may not become an option of another.
    private func argument(_ template: Template) throws(Missing) -> String {
        let text = try fill(template)
        guard case .hole(let path)? = template.pieces.first else { return text }
        return try Self.checked(text, path)
    }

    private static func checked(_ text: String, _ path: FactPath) throws(Missing) -> String {
        guard text.isOption else { return text }
        throw Missing(
            path: path.description, why: "starts with '\(text.prefix(1))' and would be an option")
    }

    /// Text of a value inside a text: a string as it is, anything else as JSON.
    static func text(_ value: JSONValue) -> String { value.string ?? value.text }
}

extension String {
    /// A program would take it for an option, or for a file to read it from.
    /// It looks at bytes: a dash with an accent is one character, and no dash.
    var isOption: Bool { utf8.first == UInt8(ascii: "-") || utf8.first == UInt8(ascii: "@") }
}
