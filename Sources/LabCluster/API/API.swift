import JSON

/// Everything between an HTTP request and the decision about objects: who may
/// ask, the documents that are no objects, and the routes.
struct API: Sendable {
    /// What `/version` tells.
    let version: String
    /// The one bearer token that is let in.
    let token: String
    /// The CA certificate, PEM.
    let authority: [UInt8]
    /// Whether who shows no credentials may ask for health and version. k3s
    /// starts its API server without; kubeadm with.
    let allowsAnonymous: Bool
    /// `address:port` of this server.
    let server: String

    enum Outcome: Sendable {
        case answer(Response)
        case objects(Route)
    }

    /// Answers what needs no objects; names the route of everything else.
    func resolve(
        _ request: Request, _ identity: Identity, _ types: () -> [ResourceType],
        isDown: () -> Bool
    ) -> Outcome {
        if request.path == "/cacerts", request.method == "GET" {
            return .answer(Response(status: 200, contentType: "text/plain", body: authority))
        }
        guard identity != .anonymous || allowsAnonymous else {
            return .answer(.error(.unauthorized))
        }
        if ["/readyz", "/livez", "/healthz"].contains(request.path) {
            return .answer(ServerHealth.answer(request, isDown: isDown()))
        }
        guard identity != .anonymous || Route(request.path) != nil || request.path == "/version"
        else { return .answer(.error(.forbiddenPath(request, identity))) }
        if let response = document(request, types) { return .answer(response) }
        guard let route = Route(request.path) else {
            return .answer(.text("404 page not found\n", status: 404))
        }
        return .objects(route)
    }

    private func document(_ request: Request, _ types: () -> [ResourceType]) -> Response? {
        guard request.method == "GET" || request.method == "HEAD" else { return nil }
        let isAggregated =
            request.headers["accept"]?.contains("as=APIGroupDiscoveryList") == true
            && request.headers["accept"]?.contains("v=v2;") == true
        switch request.path {
        case "/version":
            return Response(
                status: 200, contentType: "application/json", body: Array(versionText.utf8))
        case "/api", "/apis":
            let isCore = request.path == "/api"
            if isAggregated {
                return .json(
                    Discovery(types: types()).aggregated(core: isCore),
                    type: Discovery.aggregatedType)
            }
            return .json(
                isCore ? Discovery.coreVersions(server: server) : Discovery(types: types()).groups)
        case "/openapi/v2":
            return Response(
                status: 200, contentType: OpenAPI.contentType, body: OpenAPI.document(types()))
        default: return groupVersion(request.path, types)
        }
    }

    private func groupVersion(_ path: String, _ types: () -> [ResourceType]) -> Response? {
        let parts = path.split(separator: "/").map(String.init)
        let document: JSONValue? =
            switch (parts.first, parts.count) {
            case ("api"?, 2): Discovery(types: types()).resources(group: "", version: parts[1])
            case ("apis"?, 3):
                Discovery(types: types()).resources(group: parts[1], version: parts[2])
            default: nil
            }
        return document.map { .json($0) }
    }

    /// Indented, because `kubectl get --raw /version` shows it as it is.
    private var versionText: String {
        let numbers = version.drop { !$0.isNumber }.split(separator: ".")
        return """
            {
              "major": "\(numbers.first ?? "1")",
              "minor": "\(numbers.dropFirst().first ?? "0")",
              "gitVersion": "\(version)",
              "gitCommit": "0000000000000000000000000000000000000000",
              "gitTreeState": "clean",
              "buildDate": "1970-01-01T00:00:00Z",
              "goVersion": "simulated by recover-lab",
              "compiler": "gc",
              "platform": "linux/amd64"
            }
            """
    }
}
