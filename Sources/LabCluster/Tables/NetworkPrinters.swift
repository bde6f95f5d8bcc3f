import JSON

/// What is shown of Services, what stands behind them and before them.
enum NetworkPrinters {
    static let all: [ResourceKey: Printer] = [
        .services: Printer(
            [.name]
                + TableColumn.named("Type", "Cluster-IP", "External-IP", "Port(s)", "Age")
                + TableColumn.wide("Selector")
        ) { object, now in
            [
                .string(object.name), Cell.text(object.at("spec", "type"), or: "ClusterIP"),
                Cell.text(object.at("spec", "clusterIP")), external(object), ports(object),
                Age.of(object, now), Cell.labels(object.at("spec", "selector")),
            ]
        },
        .endpoints: Printer([.name] + TableColumn.named("Endpoints", "Age")) { object, now in
            let pairs = (object["subsets"]?.array ?? []).flatMap { subset in
                let hosts = (subset["addresses"]?.array ?? []).map { $0["ip"]?.string ?? "" }
                let ports = (subset["ports"]?.array ?? []).compactMap { $0["port"]?.int }
                return ports.isEmpty
                    ? hosts : ports.flatMap { port in hosts.map { "\($0):\(port)" } }
            }
            return [.string(object.name), Cell.few(pairs, missing: "<none>"), Age.of(object, now)]
        },
        .endpointSlices: Printer(
            [.name] + TableColumn.named("AddressType", "Ports", "Endpoints", "Age")
        ) { object, now in
            let ports = (object["ports"]?.array ?? []).map { port in
                port["port"]?.int.map(String.init) ?? port["name"]?.string ?? "*"
            }
            let hosts = (object["endpoints"]?.array ?? []).flatMap { endpoint in
                (endpoint["addresses"]?.array ?? []).compactMap(\.string)
            }
            return [
                .string(object.name), Cell.text(object["addressType"]),
                Cell.few(ports, missing: "<unset>"), Cell.few(hosts, missing: "<unset>"),
                Age.of(object, now),
            ]
        },
        .ingresses: Printer(
            [.name] + TableColumn.named("Class", "Hosts", "Address", "Ports", "Age")
        ) { object, now in
            let hosts = (object.at("spec", "rules")?.array ?? []).compactMap {
                $0["host"]?.string
            }
            let isSecure = !(object.at("spec", "tls")?.array ?? []).isEmpty
            return [
                .string(object.name), Cell.text(object.at("spec", "ingressClassName")),
                Cell.few(hosts, missing: "*"), .string(balanced(object).joined(separator: ",")),
                isSecure ? "80, 443" : "80", Age.of(object, now),
            ]
        },
        .ingressClasses: Printer(
            [.name] + TableColumn.named("Controller", "Parameters", "Age")
        ) { object, now in
            let parameters = object.at("spec", "parameters")
            let kind = [parameters?["kind"]?.string, parameters?["apiGroup"]?.string]
                .compactMap(\.self).joined(separator: ".")
            let name = parameters?["name"]?.string ?? ""
            return [
                .string(object.name), Cell.text(object.at("spec", "controller"), or: ""),
                parameters == nil ? Cell.none : .string("\(kind)/\(name)"), Age.of(object, now),
            ]
        },
        .networkPolicies: Printer([.name] + TableColumn.named("Pod-Selector", "Age")) {
            object, now in
            [
                .string(object.name), Cell.selector(object.at("spec", "podSelector")),
                Age.of(object, now),
            ]
        },
    ]

    private static func balanced(_ object: JSONValue) -> [String] {
        (object.at("status", "loadBalancer", "ingress")?.array ?? []).compactMap {
            $0["ip"]?.string ?? $0["hostname"]?.string
        }
    }

    private static func external(_ service: JSONValue) -> JSONValue {
        let own = (service.at("spec", "externalIPs")?.array ?? []).compactMap(\.string)
        switch service.at("spec", "type")?.string {
        case "LoadBalancer":
            let all = balanced(service) + own
            return .string(all.isEmpty ? "<pending>" : all.joined(separator: ","))
        case "ExternalName": return Cell.text(service.at("spec", "externalName"))
        default: return own.isEmpty ? Cell.none : .string(own.joined(separator: ","))
        }
    }

    private static func ports(_ service: JSONValue) -> JSONValue {
        let texts = (service.at("spec", "ports")?.array ?? []).map { port in
            let inside = port["port"]?.int ?? 0
            let outside = port["nodePort"]?.int.map { ":\($0)" } ?? ""
            return "\(inside)\(outside)/\(port["protocol"]?.string ?? "TCP")"
        }
        return texts.isEmpty ? Cell.none : .string(texts.joined(separator: ","))
    }
}
