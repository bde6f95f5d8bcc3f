internal import Digest
internal import JSON
internal import LabCluster

/// The ingress of one cluster as clients meet it, at one revision: routes,
/// backends and certificates.
struct Ingress: Sendable {
    let view: ClusterView
    let table: IngressTable
    private let certificates: [(facts: Trust.Facts, certificate: ServerCertificate)]
    private let fallback: ServerCertificate

    init(
        _ view: ClusterView, engine: IngressEngine, trust: Trust, fallback: ServerCertificate
    ) {
        self.view = view
        self.fallback = fallback
        table = IngressTable(view, engine: engine)
        certificates = Ingress.secretNames(view).compactMap { secret in
            Ingress.certificate(view.object(.secrets, secret.namespace, secret.name))
        }.map { (trust.facts($0), $0) }
    }

    /// The certificate for a name; Traefik's own where no Secret has one.
    func certificate(for name: String?) -> ServerCertificate {
        certificates.first { $0.facts.covers(name ?? "") }?.certificate ?? fallback
    }

    /// Secrets that Ingresses, IngressRoutes and TLSStores name.
    private static func secretNames(_ view: ClusterView) -> [(namespace: String, name: String)] {
        let inIngresses = view.all(.ingresses).flatMap { ingress in
            (ingress.at("spec", "tls")?.array ?? []).compactMap { entry in
                entry["secretName"]?.string.map { (ingress.namespace, $0) }
            }
        }
        let inRoutes = view.all(.ingressRoutes).compactMap { route in
            route.at("spec", "tls", "secretName")?.string.map { (route.namespace, $0) }
        }
        let inStores = view.all(.tlsStores).compactMap { store in
            store.at("spec", "defaultCertificate", "secretName")?.string.map {
                (store.namespace, $0)
            }
        }
        return inIngresses + inRoutes + inStores
    }

    private static func certificate(_ secret: JSONValue?) -> ServerCertificate? {
        guard let secret, secret["type"]?.string == "kubernetes.io/tls",
            let chain = secret.at("data", "tls.crt")?.string.flatMap(Base64.bytes),
            let key = secret.at("data", "tls.key")?.string.flatMap(Base64.bytes)
        else { return nil }
        return ServerCertificate(chain: chain, key: key)
    }

    // MARK: requests

    /// Where a request goes.
    enum Way: Hashable {
        case answer(WebAnswer)
        /// To the pods of this Service.
        case service(JSONValue)
    }

    func way(_ request: WebRequest, entryPoint: String) -> Way {
        guard let router = table.router(for: request, entryPoint: entryPoint) else {
            return .answer(.text("404 page not found", status: 404))
        }
        for middleware in router.middlewares {
            if let answer = answer(middleware, request, entryPoint) { return .answer(answer) }
        }
        guard let service = view.object(.services, router.namespace, router.service) else {
            return .answer(.text("404 page not found", status: 404))
        }
        let pods = view.readyPods(of: service)
        if pods.isEmpty { return .answer(.text("no available server", status: 503)) }
        return pods.contains(where: view.answers)
            ? .service(service) : .answer(.text("Gateway Timeout", status: 504))
    }

    /// What a middleware says instead of the backend; nil: it lets pass.
    private func answer(
        _ middleware: JSONValue, _ request: WebRequest, _ entryPoint: String
    ) -> WebAnswer? {
        let spec = middleware["spec"]
        if let redirect = spec?["redirectScheme"] {
            let scheme = redirect["scheme"]?.string ?? "https"
            guard scheme == "https", entryPoint == "web" else { return nil }
            let isPermanent = redirect["permanent"]?.bool == true
            return WebAnswer(
                status: isPermanent ? 301 : 302,
                headers: ["Location": "https://\(request.host)\(request.path)"])
        }
        if spec?["basicAuth"] != nil || spec?["digestAuth"] != nil {
            guard request.headers["authorization"] == nil else {
                return .text("the lab does not check passwords: not simulated", status: 501)
            }
            let scheme = spec?["basicAuth"] != nil ? "Basic" : "Digest"
            return WebAnswer(
                status: 401, body: Array("401 Unauthorized\n".utf8),
                headers: ["WWW-Authenticate": "\(scheme) realm=\"traefik\""])
        }
        if let address = spec?.at("forwardAuth", "address")?.string { return asked(address) }
        let harmless = ["headers", "stripPrefix", "compress", "retry", "rateLimit", "ipAllowList"]
        let known = (spec?.object ?? [:]).keys.allSatisfy(harmless.contains)
        return known ? nil : .text("the lab does not simulate this middleware", status: 501)
    }

    /// An authenticator refuses everybody; where it does not run, nobody passes.
    private func asked(_ address: String) -> WebAnswer {
        let host = address.split(separator: "/").dropFirst().first?.prefix { $0 != ":" } ?? ""
        let parts = host.split(separator: ".").map(String.init)
        let service = parts.count > 1 ? view.object(.services, parts[1], parts[0]) : nil
        let isUp = service.map { view.readyPods(of: $0).contains(where: view.answers) } ?? false
        return isUp
            ? WebAnswer(status: 401, body: Array("401 Unauthorized\n".utf8))
            : WebAnswer(status: 500)
    }
}
