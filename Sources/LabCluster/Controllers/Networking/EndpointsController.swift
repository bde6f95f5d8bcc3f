import JSON

/// Lists the pods behind each Service, as Endpoints and as an EndpointSlice.
struct EndpointsController: Controller {
    /// Addresses of the API servers, behind the Service `kubernetes`.
    let servers: [String]
    let port: UInt16

    func reconcile(_ world: World, now: Moment) -> [Write] {
        let services = world.all(.services)
        guard !services.isEmpty else { return [] }
        let pods = Dictionary(
            grouping: world.all(.pods).filter { $0.isUnfinished && $0.at("status", "podIP") != nil }
        ) { $0.namespace }
        return services.flatMap { service -> [Write] in
            if service.name == "kubernetes", service.namespace == "default" {
                return [.put(own(service, world))]
            }
            guard let wanted = service.at("spec", "selector")?.object, !wanted.isEmpty else {
                return []
            }
            let backends = (pods[service.namespace] ?? []).filter { pod in
                let labels = pod.labels
                return wanted.allSatisfy { labels[$0.key] == $0.value }
            }
            return [
                .put(endpoints(of: service, backends, world)),
                .put(slice(of: service, backends, world)),
            ]
        }
    }

    private func ports(_ service: JSONValue, _ backends: [JSONValue]) -> [JSONValue] {
        (service.at("spec", "ports")?.array ?? []).compactMap { port in
            var entry: JSONValue = ["protocol": port["protocol"] ?? "TCP"]
            entry["name"] = port["name"]
            let target = port["targetPort"] ?? port["port"]
            if let number = target?.int {
                entry["port"] = .int(number)
                return entry
            }
            // A named port stands in the pods.
            let containers = backends.first?.at("spec", "containers")?.array ?? []
            let named = containers.flatMap { $0["ports"]?.array ?? [] }
                .first { $0["name"] == target }
            guard let number = named?["containerPort"] else { return nil }
            entry["port"] = number
            return entry
        }
    }

    private func endpoints(of service: JSONValue, _ backends: [JSONValue], _ world: World)
        -> JSONValue
    {
        var endpoints: JSONValue =
            world.object(.endpoints, service.namespace, service.name) ?? [
                "apiVersion": "v1", "kind": "Endpoints",
                "metadata": [
                    "name": .string(service.name), "namespace": .string(service.namespace),
                ],
            ]
        let living = backends.filter { !$0.isTerminating }
        func addresses(_ ready: Bool) -> JSONValue? {
            let chosen = living.filter { $0.isReady == ready }.map { pod -> JSONValue in
                [
                    "ip": pod.at("status", "podIP") ?? "",
                    "nodeName": pod.at("spec", "nodeName") ?? "", "targetRef": reference(pod),
                ]
            }
            return chosen.isEmpty ? nil : .array(chosen)
        }
        var subset: JSONValue = [:]
        subset["addresses"] = addresses(true)
        subset["notReadyAddresses"] = addresses(false)
        let ports = ports(service, living)
        if !ports.isEmpty { subset["ports"] = .array(ports) }
        endpoints["subsets"] = living.isEmpty ? nil : [subset]
        return endpoints
    }

    private func slice(of service: JSONValue, _ backends: [JSONValue], _ world: World) -> JSONValue
    {
        let name = "\(service.name)-\(Naming.suffix(service.uid, length: 5))"
        var slice: JSONValue =
            world.object(.endpointSlices, service.namespace, name) ?? [
                "apiVersion": "discovery.k8s.io/v1", "kind": "EndpointSlice",
                "addressType": "IPv4",
                "metadata": [
                    "name": .string(name), "namespace": .string(service.namespace),
                    "labels": [
                        "kubernetes.io/service-name": .string(service.name),
                        "endpointslice.kubernetes.io/managed-by":
                            "endpointslice-controller.k8s.io",
                    ], "ownerReferences": [Owner.reference(service)],
                ],
            ]
        slice["endpoints"] = .array(
            backends.map { pod -> JSONValue in
                let serves = JSONValue.bool(pod.isReady)
                return [
                    "addresses": [pod.at("status", "podIP") ?? ""],
                    "conditions": [
                        "ready": .bool(pod.isReady && !pod.isTerminating), "serving": serves,
                        "terminating": .bool(pod.isTerminating),
                    ], "nodeName": pod.at("spec", "nodeName") ?? "", "targetRef": reference(pod),
                ]
            })
        slice["ports"] = .array(ports(service, backends))
        return slice
    }

    private func reference(_ pod: JSONValue) -> JSONValue {
        [
            "kind": "Pod", "name": .string(pod.name), "namespace": .string(pod.namespace),
            "uid": .string(pod.uid),
        ]
    }

    private func own(_ service: JSONValue, _ world: World) -> JSONValue {
        var endpoints: JSONValue =
            world.object(.endpoints, "default", "kubernetes") ?? [
                "apiVersion": "v1", "kind": "Endpoints",
                "metadata": ["name": "kubernetes", "namespace": "default"],
            ]
        endpoints["subsets"] = [
            [
                "addresses": .array(servers.map { ["ip": .string($0)] }),
                "ports": [["name": "https", "port": .int(Int(port)), "protocol": "TCP"]],
            ]
        ]
        return endpoints
    }
}
