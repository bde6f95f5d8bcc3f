import JSON
import LabCluster
import LabHosts
import Testing

@testable import LabDoors

@Suite struct IngressTests {
    private static let web: [JSONValue] = [
        Sample.pod("web-0", "shop", labels: ["app": "web"], image: "registry.invalid/web:1"),
        Sample.service("web", "shop", "10.43.1.1", selector: ["app": "web"], ports: [80]),
        Sample.ingress("web", "shop", host: "shop.example", service: "web"),
    ]
    private static let lab: JSONValue = [
        "names": ["shop.example": "10.0.0.241", "other.example": "10.0.0.241"]
    ]

    private func estate() throws -> Estate {
        try Estate(Sample.traefik + Self.web, lab: Self.lab)
    }

    @Test func `a route leads to its service, and without pods Traefik says so`() throws {
        let estate = try estate()
        #expect(estate.ask("http://shop.example/").contains("the service shop/web"))
        #expect(estate.ask("http://other.example/") == "404 404 page not found\n")
        var pod = Self.web[0]
        pod["status"] = ["phase": "Pending"]
        try estate.put(pod)
        #expect(estate.ask("http://shop.example/") == "503 no available server\n")
        try estate.put(
            Sample.pod(
                "web-0", "shop", on: "w", labels: ["app": "web"], image: "registry.invalid/web:1"))
        estate.dark.insert("w")
        estate.doors.round()
        #expect(estate.ask("http://shop.example/").hasPrefix("504"))
        try estate.cluster.remove(.ingresses, namespace: "shop", name: "web")
        estate.doors.round()
        #expect(estate.ask("http://shop.example/").hasPrefix("404"))
    }

    @Test func `what ran goes on when the API ends, while its machines hold it`() throws {
        let estate = try estate()
        estate.holding.insert("m")
        estate.away.insert("lumie")
        estate.doors.round()
        #expect(estate.ask("http://shop.example/").contains("the service shop/web"))
        // Nobody starts anew what ends now.
        estate.holding.remove("m")
        estate.doors.round()
        #expect(!estate.ask("http://shop.example/").contains("the service shop/web"))
        estate.holding.insert("m")
        estate.dark.insert("m")
        estate.doors.round()
        #expect(!estate.ask("http://shop.example/").contains("the service shop/web"))
        // Back, with another world under the same revision.
        estate.dark.remove("m")
        estate.away.remove("lumie")
        estate.doors.round()
        #expect(estate.ask("http://shop.example/").contains("the service shop/web"))
    }

    @Test func `the ingress listens where its pods are ready, and moves with them`() throws {
        let estate = try estate()
        let here = Network.Place(address: "10.0.0.241", port: 443)
        let there = Network.Place(address: "10.0.0.2", port: 443)
        #expect(estate.doors.network.places.contains(here))
        #expect(!estate.doors.network.places.contains(there))
        var balancer = Sample.traefik[3]
        balancer["spec"] = ["nodeName": "w", "containers": []]
        try estate.put(balancer)
        #expect(estate.doors.network.places.contains(there))
        #expect(!estate.doors.network.places.contains(here))
        var traefik = Sample.traefik[2]
        traefik["status"] = ["phase": "Running"]
        try estate.put(traefik)
        #expect(!estate.doors.network.places.contains(there))
        try estate.put(Sample.traefik[2])
        estate.doors.cut(.ingress)
        #expect(!estate.doors.network.places.contains(there))
        estate.doors.restore(.ingress)
        #expect(estate.doors.network.places.contains(there))
    }

    @Test func `an address of a load balancer answers while somebody announces it`() throws {
        var service = Sample.traefik[4]
        service["status"] = ["loadBalancer": ["ingress": [["ip": "192.168.64.1"]]]]
        let vip = Sample.pod(
            "kube-vip-0", "kube-system", labels: ["name": "kube-vip"],
            image: "ghcr.io/kube-vip/kube-vip:v1.0.0")
        let estate = try Estate(Array(Sample.traefik[..<3]) + [service, vip])
        let place = Network.Place(address: "192.168.64.1", port: 80)
        #expect(estate.doors.network.places.contains(place))
        var gone = vip
        gone["status"] = ["phase": "Running"]
        try estate.put(gone)
        #expect(!estate.doors.network.places.contains(place))
    }

    @Test func `an IngressRoute needs its middleware, and authentication refuses`() throws {
        let estate = try estate()
        func route(_ middlewares: JSONValue) -> JSONValue {
            [
                "apiVersion": "traefik.io/v1alpha1", "kind": "IngressRoute",
                "metadata": ["name": "admin", "namespace": "shop"],
                "spec": [
                    "routes": [
                        [
                            "match": "Host(`shop.example`) && PathPrefix(`/admin`)",
                            "services": [["name": "web", "port": 80]],
                            "middlewares": middlewares,
                        ]
                    ]
                ],
            ]
        }
        try estate.put(route([]))
        #expect(estate.ask("http://shop.example/admin").hasPrefix("200"))
        try estate.put(route([["name": "auth"]]))
        // The router is void: the wider Ingress answers.
        #expect(estate.ask("http://shop.example/admin").hasPrefix("200"))
        try estate.cluster.remove(.ingresses, namespace: "shop", name: "web")
        estate.doors.round()
        #expect(estate.ask("http://shop.example/admin").hasPrefix("404"))
        try estate.put([
            "apiVersion": "traefik.io/v1alpha1", "kind": "Middleware",
            "metadata": ["name": "auth", "namespace": "shop"],
            "spec": ["basicAuth": ["secret": "users"]],
        ])
        #expect(estate.ask("http://shop.example/admin").hasPrefix("401"))
        try estate.put([
            "apiVersion": "traefik.io/v1alpha1", "kind": "Middleware",
            "metadata": ["name": "auth", "namespace": "shop"],
            "spec": ["forwardAuth": ["address": "http://web.shop.svc.cluster.local/verify"]],
        ])
        #expect(estate.ask("http://shop.example/admin").hasPrefix("401"))
        try estate.cluster.remove(.pods, namespace: "shop", name: "web-0")
        estate.doors.round()
        #expect(estate.ask("http://shop.example/admin").hasPrefix("500"))
    }

    @Test func `rules are read as Traefik reads them`() {
        func matches(_ rule: String, _ host: String, _ path: String) -> Bool? {
            TraefikRule(rule)?.matches(WebRequest(path: path, headers: ["host": host]))
        }
        #expect(matches("Host(`a`) && !PathPrefix(`/x`)", "A:443", "/y") == true)
        #expect(matches("Host(`a`) && !PathPrefix(`/x`)", "a", "/x/1") == false)
        #expect(matches("(Host(`a`) || Host(\"b\")) && Path(`/`)", "b", "/") == true)
        #expect(matches("Host(`a`, `b`)", "b", "/") == true)
        for bad in ["Host(a)", "Host(`a`", "HostRegexp(`a`)", "", "Host(`a`) &&"] {
            #expect(TraefikRule(bad) == nil, "\(bad)")
        }
    }

    @Test func `certificates are real, named, dated and signed`() throws {
        let estate = try estate()
        let good = try estate.doors.maker.certificate(for: ["shop.example"], days: 30)
        let old = try estate.doors.maker.certificate(for: ["shop.example"], days: 0)
        let trust = estate.doors.trust
        #expect(trust.objection(to: good, for: "shop.example") == nil)
        #expect(trust.objection(to: good, for: "x.example")?.contains("not x.example") == true)
        #expect(trust.objection(to: old, for: "shop.example")?.contains("expired") == true)
        let own = estate.doors.maker.fallback
        #expect(trust.facts(own).issuer == "TRAEFIK DEFAULT CERT")
        let wild = try estate.doors.maker.certificate(for: ["*.example"], days: 30)
        #expect(trust.objection(to: wild, for: "shop.example") == nil)
        #expect(trust.objection(to: wild, for: "a.shop.example") != nil)
        try estate.put(
            Sample.ingress(
                "web", "shop", host: "shop.example", service: "web", secret: "shop-tls"))
        #expect(estate.ask("https://shop.example/").contains("traefik.default"))
        try estate.put(Sample.secret("shop-tls", "shop", good))
        #expect(estate.ask("https://shop.example/").hasPrefix("200"))
        try estate.put(Sample.secret("shop-tls", "shop", old))
        #expect(estate.ask("https://shop.example/").contains("has expired"))
    }
}
