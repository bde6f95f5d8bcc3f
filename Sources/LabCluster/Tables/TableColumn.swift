import JSON

/// One column of a Table.
struct TableColumn: Hashable, Sendable {
    let name: String
    var type = "string"
    var format = ""
    /// Above 0: shown only with `-o wide`.
    var priority = 0

    /// The first column of every Table.
    static let name = TableColumn(name: "Name", format: "name")
    static let age = TableColumn(name: "Age")

    static func named(_ names: String...) -> [TableColumn] { names.map { TableColumn(name: $0) } }

    /// Columns of `-o wide`.
    static func wide(_ names: String...) -> [TableColumn] {
        names.map { TableColumn(name: $0, priority: 1) }
    }

    var document: JSONValue {
        [
            "name": .string(name), "type": .string(type), "format": .string(format),
            "description": "", "priority": .int(priority),
        ]
    }
}
