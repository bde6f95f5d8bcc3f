import JSON

/// How the lab stands, for a person: machines, what ails the estate, and what
/// there is of each kind.
struct StateText {
    private let state: JSONValue
    /// Every object by itself, not only how many.
    private let showsAll: Bool

    init(_ state: JSONValue, showsAll: Bool) {
        self.state = state
        self.showsAll = showsAll
    }

    var text: String {
        let title = "SIMULATED estate \(state["estate"]?.string ?? "?")"
        return ([title, ""] + machines + [""] + ailments + clusters).joined(separator: "\n")
    }

    private var machines: [String] {
        let rows = (state["hosts"]?.object ?? [:]).sorted { $0.key < $1.key }.map { name, host in
            let standing = state.at("world", "machines", name)
            return [
                name, host["power"]?.string ?? "-", host["ready"]?.string ?? "-",
                standing?["unit"]?.string ?? "-",
            ]
        }
        return StateText.table([["machine", "power", "Ready", "k3s or kubelet"]] + rows)
    }

    private var ailments: [String] {
        let lines = state["ailments"]?.array?.compactMap(\.string) ?? []
        return lines.isEmpty ? ["Nothing ails it."] : ["What ails it:"] + lines.map { "  \($0)" }
    }

    private var clusters: [String] {
        (state.at("world", "clusters")?.object ?? [:]).sorted { $0.key < $1.key }
            .flatMap { name, objects -> [String] in
                ["", "cluster \(name)"] + (showsAll ? listed(objects) : counted(objects))
            }
    }

    private func listed(_ objects: JSONValue) -> [String] {
        (objects.object ?? [:]).sorted { $0.key < $1.key }.map { "  \($0.key)  \($0.value.text)" }
    }

    private func counted(_ objects: JSONValue) -> [String] {
        var counts: [String: Int] = [:]
        for key in (objects.object ?? [:]).keys {
            counts[String(key.prefix { $0 != "/" }), default: 0] += 1
        }
        return StateText.table(
            counts.sorted { $0.key < $1.key }.map { ["  \($0.key)", String($0.value)] })
    }

    /// Columns as wide as their widest cell, two spaces apart.
    private static func table(_ rows: [[String]]) -> [String] {
        let widths = (0..<(rows.first?.count ?? 0)).map { column in
            rows.map { $0[column].count }.max() ?? 0
        }
        return rows.map { row in
            zip(row, widths).map { cell, width in
                cell + String(repeating: " ", count: width - cell.count)
            }.joined(separator: "  ").trimmedEnd
        }
    }
}

extension String {
    /// Without spaces at the end.
    fileprivate var trimmedEnd: String {
        String(self[..<(lastIndex { $0 != " " }.map(index(after:)) ?? startIndex)])
    }
}
