internal import JSON
internal import LabCluster

/// One router of an ingress: what it matches and where it leads.
struct IngressRouter: Sendable {
    let rule: TraefikRule
    /// The longer rule wins, unless somebody said otherwise.
    let priority: Int
    /// `web`, `websecure`; empty for both.
    let entryPoints: [String]
    let namespace: String
    let service: String
    /// The middlewares in order; an unknown one makes the router void.
    let middlewares: [JSONValue]

    func serves(_ entryPoint: String) -> Bool {
        entryPoints.isEmpty || entryPoints.contains(entryPoint)
    }
}

/// Which program is the ingress of a cluster.
enum IngressEngine: String, Hashable, Sendable { case traefik, cilium }

/// The routers of a cluster, as the ingress reads them from the API.
struct IngressTable: Sendable {
    /// The first one that matches counts.
    let routers: [IngressRouter]

    init(_ view: ClusterView, engine: IngressEngine) {
        var routers = view.all(.ingresses).filter { Self.isMeant($0, engine) }
            .flatMap { Self.routers(ingress: $0, view) }
        if engine == .traefik {
            routers += view.all(.ingressRoutes).flatMap { Self.routers(route: $0, view) }
        }
        self.routers = routers.sorted { $0.priority > $1.priority }
    }

    func router(for request: WebRequest, entryPoint: String) -> IngressRouter? {
        routers.first { $0.serves(entryPoint) && $0.rule.matches(request) }
    }

    private static func isMeant(_ ingress: JSONValue, _ engine: IngressEngine) -> Bool {
        let name =
            ingress.at("spec", "ingressClassName")?.string
            ?? ingress.annotation("kubernetes.io/ingress.class")
        return name.map { $0.contains(engine.rawValue) } ?? true
    }

    private static func routers(ingress: JSONValue, _ view: ClusterView) -> [IngressRouter] {
        let points = ingress.annotation("traefik.ingress.kubernetes.io/router.entrypoints")
        let names = ingress.annotation("traefik.ingress.kubernetes.io/router.middlewares")
        let wanted = (names ?? "").split(separator: ",").map { name -> JSONValue in
            // NAMESPACE-NAME@kubernetescrd
            let plain = String(name.prefix { $0 != "@" })
            return view.all(.middlewares).first { "\($0.namespace)-\($0.name)" == plain } ?? .null
        }
        guard !wanted.contains(.null) else { return [] }
        return (ingress.at("spec", "rules")?.array ?? []).flatMap { rule -> [IngressRouter] in
            (rule.at("http", "paths")?.array ?? []).compactMap { path -> IngressRouter? in
                guard let service = path.at("backend", "service", "name")?.string else {
                    return nil
                }
                let text = path["path"]?.string ?? "/"
                let place: TraefikRule =
                    path["pathType"]?.string == "Exact" ? .path([text]) : .pathPrefix([text])
                let host = rule["host"]?.string
                return IngressRouter(
                    rule: host.map { .both(.host([$0]), place) } ?? place,
                    priority: "Host(``) && PathPrefix(``)".count + (host?.count ?? 0) + text.count,
                    entryPoints: (points ?? "").split(separator: ",").map(String.init),
                    namespace: ingress.namespace, service: service, middlewares: wanted)
            }
        }
    }

    private static func routers(route: JSONValue, _ view: ClusterView) -> [IngressRouter] {
        let points = (route.at("spec", "entryPoints")?.array ?? []).compactMap(\.string)
        return (route.at("spec", "routes")?.array ?? []).compactMap { entry -> IngressRouter? in
            let text = entry["match"]?.string ?? ""
            guard let rule = TraefikRule(text), let service = entry["services"]?.array?.first,
                let name = service["name"]?.string
            else { return nil }
            let wanted = (entry["middlewares"]?.array ?? []).map { middleware in
                view.object(
                    .middlewares, middleware["namespace"]?.string ?? route.namespace,
                    middleware["name"]?.string ?? "") ?? .null
            }
            guard !wanted.contains(.null) else { return nil }
            return IngressRouter(
                rule: rule, priority: entry["priority"]?.int ?? text.count, entryPoints: points,
                namespace: service["namespace"]?.string ?? route.namespace, service: name,
                middlewares: wanted)
        }
    }
}
