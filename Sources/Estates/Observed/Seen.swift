internal import JSON

/// What is kept of objects that hold no secret.
enum Seen {
    /// The members of `picked` that are there.
    private static func picked(_ pairs: [(String, JSONValue?)]) -> JSONValue {
        .object(
            Dictionary(
                pairs.compactMap { pair in
                    pair.1.flatMap { $0 == .null ? nil : (pair.0, $0) }
                }, uniquingKeysWith: { first, _ in first }))
    }

    static func service(_ object: JSONValue) -> JSONValue {
        let ports = (object.at("spec", "ports")?.array ?? []).map { port in
            picked([("port", port["port"]), ("protocol", port["protocol"]), ("name", port["name"])])
        }
        let addresses = (object.at("status", "loadBalancer", "ingress")?.array ?? []).compactMap {
            $0["ip"] ?? $0["hostname"]
        }
        return picked([
            ("type", object.at("spec", "type")), ("cluster-ip", object.at("spec", "clusterIP")),
            ("ports", .array(ports)), ("addresses", .array(addresses)),
        ])
    }

    static func storageClass(_ object: JSONValue) -> JSONValue {
        let annotation = "storageclass.kubernetes.io/is-default-class"
        return picked([
            ("provisioner", object["provisioner"]), ("reclaim", object["reclaimPolicy"]),
            ("binding", object["volumeBindingMode"]),
            ("default", object.at("metadata", "annotations", annotation)),
        ])
    }

    static func definition(_ object: JSONValue) -> JSONValue {
        let versions = (object.at("spec", "versions")?.array ?? []).filter {
            $0["served"]?.bool == true
        }.compactMap { $0["name"] }
        return picked([
            ("versions", .array(versions)), ("scope", object.at("spec", "scope")),
            ("kind", object.at("spec", "names", "kind")),
        ])
    }

    static func volume(_ object: JSONValue) -> JSONValue {
        let spec = object["spec"]
        let terms = spec?.at("nodeAffinity", "required", "nodeSelectorTerms")?.array ?? []
        let nodes = terms.flatMap { $0["matchExpressions"]?.array ?? [] }
            .flatMap { $0["values"]?.array ?? [] }
        let claim = spec?["claimRef"].map { claim in
            "\(claim["namespace"]?.string ?? "")/\(claim["name"]?.string ?? "")"
        }
        return picked([
            ("class", spec?["storageClassName"]),
            ("reclaim", spec?["persistentVolumeReclaimPolicy"]),
            ("claim", claim.map(JSONValue.string)), ("phase", object.at("status", "phase")),
            ("path", spec?.at("local", "path") ?? spec?.at("hostPath", "path")),
            ("nodes", nodes.isEmpty ? nil : .array(nodes)),
            ("nfs-server", spec?.at("nfs", "server")), ("nfs-path", spec?.at("nfs", "path")),
            ("driver", spec?.at("csi", "driver")), ("handle", spec?.at("csi", "volumeHandle")),
            ("capacity", spec?.at("capacity", "storage")),
        ])
    }

    static func certificate(_ object: JSONValue) -> JSONValue {
        picked([
            ("not-after", object.at("status", "notAfter")),
            ("issuer", object.at("spec", "issuerRef", "name")),
            ("names", object.at("spec", "dnsNames")), ("secret", object.at("spec", "secretName")),
        ])
    }

    /// Argo CD, Flux and Fleet say it in different places.
    static func gitops(_ object: JSONValue) -> JSONValue {
        let spec = object["spec"], status = object["status"]
        let url = spec?.at("source", "repoURL") ?? spec?["url"] ?? spec?["repo"]
        return picked([
            (
                "revision",
                status?.at("sync", "revision") ?? status?["lastAppliedRevision"]
                    ?? status?.at("artifact", "revision") ?? status?["commit"]
            ),
            (
                "wanted",
                spec?.at("source", "targetRevision") ?? spec?.at("ref", "branch")
                    ?? spec?["branch"]
            ),
            ("url", url?.string.map { .string(bare($0)) }),
            ("path", spec?.at("source", "path") ?? spec?["path"] ?? spec?["paths"]),
            ("suspended", spec?["suspend"] ?? spec?["paused"]),
            ("automated", spec?.at("syncPolicy", "automated")),
            ("sync", status?.at("sync", "status")), ("health", status?.at("health", "status")),
        ])
    }

    /// A URL without who logs in.
    private static func bare(_ url: String) -> String {
        guard let scheme = url.firstRange(of: "://") else { return url }
        let rest = url[scheme.upperBound...]
        let host = rest.prefix { $0 != "/" }
        guard let mark = host.lastIndex(of: "@") else { return url }
        return String(url[..<scheme.upperBound]) + rest[rest.index(after: mark)...]
    }
}
