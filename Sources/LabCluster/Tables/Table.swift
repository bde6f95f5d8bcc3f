import JSON

/// Objects as the rows `kubectl get` prints.
struct Table: Sendable {
    let printer: Printer
    let version: String
    let include: Representation.Include
    let now: Moment

    init(_ printer: Printer, version: String, include: Representation.Include, now: Moment) {
        self.printer = printer
        self.version = version
        self.include = include
        self.now = now
    }

    func document(
        _ objects: [JSONValue], metadata: JSONValue, withColumns: Bool = true
    ) -> JSONValue {
        let rows = objects.map { object -> JSONValue in
            // A bookmark has no row.
            var row: JSONValue = ["cells": .array(printer.cells(object, now))]
            switch include {
            case .none: break
            case .metadata: row["object"] = Representation.partial(object, version: version)
            case .object: row["object"] = object
            }
            return row
        }
        return [
            "kind": "Table", "apiVersion": .string("meta.k8s.io/\(version)"),
            "metadata": metadata,
            "columnDefinitions": withColumns ? .array(printer.columns.map(\.document)) : .null,
            "rows": .array(rows),
        ]
    }

    /// The Table of one object, as a get and the events of a watch show it.
    func document(_ objects: [JSONValue], revision: Int?, withColumns: Bool = true) -> JSONValue {
        document(
            objects,
            metadata: revision.map { ["resourceVersion": .string(String($0))] } ?? [:],
            withColumns: withColumns)
    }
}
