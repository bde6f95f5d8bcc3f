import JSON

/// Addresses of Services of type LoadBalancer that kube-vip or Cilium announces:
/// the ones a Service asks for, once one of their pods is ready. What is written
/// stays when they are gone; only nobody answers there then.
struct AnnouncedAddresses: Controller {
    func reconcile(_ world: World, now: Moment) -> [Write] {
        let services = world.all(.services).filter {
            $0.at("spec", "type") == "LoadBalancer" && !$0.isTerminating
        }
        guard !services.isEmpty else { return [] }
        let images = world.all(.pods).filter(\.isReady).flatMap { pod in
            (pod.at("spec", "containers")?.array ?? []).compactMap { $0["image"]?.string }
        }
        let hasVIP = images.contains { $0.contains("kube-vip") }
        let hasCilium = images.contains { $0.contains("cilium") }
        return services.compactMap { service in
            let wishes =
                hasVIP
                ? [
                    service.annotations["kube-vip.io/loadbalancerIPs"],
                    service.at("spec", "loadBalancerIP"),
                ]
                : hasCilium
                    ? [
                        service.annotations["lbipam.cilium.io/ips"],
                        service.annotations["io.cilium/lb-ipam-ips"],
                    ] : []
            let wish = wishes.compactMap { $0?.string }.first ?? ""
            guard !wish.isEmpty else { return nil }
            var service = service
            let entries = wish.split(separator: ",").map { address -> JSONValue in
                ["ip": .string(String(address)), "ipMode": "VIP"]
            }
            service.set("status", "loadBalancer", to: ["ingress": .array(entries)])
            return .put(service)
        }
    }
}
