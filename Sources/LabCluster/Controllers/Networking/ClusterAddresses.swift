import Digest
import JSON

/// Gives Services their cluster addresses, and the cluster its own Service.
///
/// An address follows from namespace and name, so that a Service that is made
/// again has the same one where a real cluster would draw another.
struct ClusterAddresses: Controller {
    let range: String
    let port: UInt16

    func reconcile(_ world: World, now: Moment) -> [Write] {
        guard let range = AddressRange(range) else { return [] }
        let services = world.all(.services)
        var taken = Set(services.compactMap { $0.at("spec", "clusterIP")?.string })
        var writes: [Write] = []
        if world.object(.services, "default", "kubernetes") == nil,
            world.object(.namespaces, nil, "default") != nil
        {
            writes.append(.put(own(range.address(1))))
            taken.insert(range.address(1))
        }
        for var service in services {
            guard service.at("spec", "type") != "ExternalName",
                (service.at("spec", "clusterIP")?.string ?? "").isEmpty,
                let address = free(for: service, range, taken)
            else { continue }
            taken.insert(address)
            service.set("spec", "clusterIP", to: .string(address))
            service.set("spec", "clusterIPs", to: [.string(address)])
            service.set("spec", "ipFamilies", to: ["IPv4"])
            service.set("spec", "ipFamilyPolicy", to: "SingleStack")
            writes.append(.put(service))
        }
        return writes
    }

    private func free(
        for service: JSONValue, _ range: AddressRange, _ taken: Set<String>
    ) -> String? {
        // The lowest addresses are kept for those that ask for one.
        let first = min(256, range.size / 16)
        let count = range.size - first - 1
        let seed = Naming.number("\(service.namespace)/\(service.name)")
        return (0..<count).lazy.map { range.address(first + (seed + $0) % count) }
            .first { !taken.contains($0) }
    }

    private func own(_ address: String) -> JSONValue {
        [
            "apiVersion": "v1", "kind": "Service",
            "metadata": [
                "name": "kubernetes", "namespace": "default",
                "labels": ["component": "apiserver", "provider": "kubernetes"],
            ],
            "spec": [
                "type": "ClusterIP", "clusterIP": .string(address),
                "clusterIPs": [.string(address)], "ipFamilies": ["IPv4"],
                "ipFamilyPolicy": "SingleStack", "sessionAffinity": "None",
                "internalTrafficPolicy": "Cluster",
                "ports": [
                    [
                        "name": "https", "port": 443, "protocol": "TCP",
                        "targetPort": .int(Int(port)),
                    ]
                ],
            ], "status": ["loadBalancer": [:]],
        ]
    }
}

extension Naming {
    /// A number that follows from `seed`.
    static func number(_ seed: String) -> Int {
        SHA256.hash(Array(seed.utf8)).prefix(4).reduce(0) { $0 << 8 | Int($1) }
    }
}
