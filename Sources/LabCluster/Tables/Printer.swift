import JSON

/// What a Table shows of objects of one kind.
struct Printer: Sendable {
    let columns: [TableColumn]
    let cells: @Sendable (JSONValue, Moment) -> [JSONValue]

    init(
        _ columns: [TableColumn], cells: @escaping @Sendable (JSONValue, Moment) -> [JSONValue]
    ) {
        self.columns = columns
        self.cells = cells
    }

    /// What a server shows of a kind it has no printer for.
    static let plain = Printer([.name, TableColumn(name: "Created At", type: "date")]) {
        object, _ in
        [.string(object.name), object.at("metadata", "creationTimestamp") ?? .null]
    }
}

extension World {
    /// The printer of `type`: for a custom resource what its definition says.
    func printer(of type: ResourceType) -> Printer {
        guard type.isCustom else { return BuiltInPrinters.of(type.key) }
        let definition = object(.definitions, nil, type.definitionName)
        let version = definition?.at("spec", "versions")?.array?.first {
            $0["name"]?.string == type.version
        }
        return CustomColumns.printer(version?["additionalPrinterColumns"]?.array ?? [])
    }
}
