import JSON

/// The printers of the server's own kinds.
enum BuiltInPrinters {
    static func of(_ key: ResourceKey) -> Printer { all[key] ?? .plain }

    private static let all: [ResourceKey: Printer] = [
        .nodes: NodePrinter.printer, .pods: PodPrinter.printer, .events: EventPrinter.printer,
    ].merging(WorkloadPrinters.all) { $1 }.merging(NetworkPrinters.all) { $1 }
        .merging(StoragePrinters.all) { $1 }.merging(small) { $1 }

    private static let small: [ResourceKey: Printer] = [
        .namespaces: Printer([.name] + TableColumn.named("Status", "Age")) { object, now in
            [.string(object.name), .string(object.phase), Age.of(object, now)]
        },
        .secrets: Printer([.name] + TableColumn.named("Type", "Data", "Age")) { object, now in
            [
                .string(object.name), Cell.text(object["type"], or: ""),
                .int(object["data"]?.object?.count ?? 0), Age.of(object, now),
            ]
        },
        .configMaps: Printer([.name] + TableColumn.named("Data", "Age")) { object, now in
            let count =
                (object["data"]?.object?.count ?? 0) + (object["binaryData"]?.object?.count ?? 0)
            return [.string(object.name), .int(count), Age.of(object, now)]
        },
        .serviceAccounts: Printer([.name] + TableColumn.named("Secrets", "Age")) { object, now in
            [
                .string(object.name), .int(object["secrets"]?.array?.count ?? 0),
                Age.of(object, now),
            ]
        },
        .leases: Printer([.name] + TableColumn.named("Holder", "Age")) { object, now in
            [
                .string(object.name), Cell.text(object.at("spec", "holderIdentity"), or: ""),
                Age.of(object, now),
            ]
        },
        .disruptionBudgets: Printer(
            [.name]
                + TableColumn.named(
                    "Min Available", "Max Unavailable", "Allowed Disruptions", "Age")
        ) { object, now in
            func bound(_ field: String) -> JSONValue {
                let value = object.at("spec", field)
                return value?.int.map { .string(String($0)) } ?? Cell.text(value, or: "N/A")
            }
            return [
                .string(object.name), bound("minAvailable"), bound("maxUnavailable"),
                Cell.int(object.at("status", "disruptionsAllowed")), Age.of(object, now),
            ]
        },
        .priorityClasses: Printer([.name] + TableColumn.named("Value", "Global-Default", "Age")) {
            object, now in
            [
                .string(object.name), object["value"] ?? 0, object["globalDefault"] ?? false,
                Age.of(object, now),
            ]
        },
        .roleBindings: binding, .clusterRoleBindings: binding,
        .validatingWebhooks: webhooks, .mutatingWebhooks: webhooks,
    ]

    private static let webhooks = Printer([.name] + TableColumn.named("Webhooks", "Age")) {
        object, now in
        [.string(object.name), .int(object["webhooks"]?.array?.count ?? 0), Age.of(object, now)]
    }

    private static let binding = Printer(
        [.name] + TableColumn.named("Role", "Age")
            + TableColumn.wide("Users", "Groups", "ServiceAccounts")
    ) { object, now in
        let role = object["roleRef"]
        func subjects(_ kind: String) -> JSONValue {
            let names = (object["subjects"]?.array ?? []).filter { $0["kind"]?.string == kind }
                .map { subject in
                    let name = subject["name"]?.string ?? ""
                    return subject["namespace"]?.string.map { "\($0)/\(name)" } ?? name
                }
            return .string(names.joined(separator: ", "))
        }
        return [
            .string(object.name),
            .string("\(role?["kind"]?.string ?? "")/\(role?["name"]?.string ?? "")"),
            Age.of(object, now), subjects("User"), subjects("Group"), subjects("ServiceAccount"),
        ]
    }
}
