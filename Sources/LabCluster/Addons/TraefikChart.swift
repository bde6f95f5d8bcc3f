import JSON

/// Traefik's chart as k3s ships it, shortened to what the lab's world acts on.
struct TraefikChart {
    private let values: JSONValue
    private let namespace: String

    init(_ values: JSONValue, _ namespace: String) {
        self.values = values
        self.namespace = namespace
    }

    /// The keys the chart's schema knows; another one fails the installation.
    private static let keys: Set<String> = [
        "additionalArguments", "additionalVolumeMounts", "affinity", "api", "autoscaling",
        "certificatesResolvers", "core", "deployment", "env", "envFrom", "experimental",
        "extraObjects", "global", "globalArguments", "gateway", "gatewayClass", "hostNetwork",
        "image", "ingressClass", "ingressRoute", "instanceLabelOverride", "livenessProbe", "log",
        "logs", "metrics", "namespaceOverride", "nodeSelector", "persistence",
        "podDisruptionBudget", "podSecurityContext", "podSecurityPolicy", "ports",
        "priorityClassName", "providers", "rbac", "readinessProbe", "resources",
        "securityContext", "service", "serviceAccount", "serviceAccountAnnotations",
        "startupProbe", "tlsOptions", "tlsStore", "tolerations", "topologySpreadConstraints",
        "tracing", "updateStrategy", "versionOverride", "volumes", "commonLabels", "oci_meta",
    ]

    /// Keys that hold an object.
    private static let objects: Set<String> = [
        "deployment", "image", "ports", "service", "providers", "rbac", "nodeSelector",
        "persistence", "ingressRoute", "logs", "metrics",
    ]

    static func objection(_ values: JSONValue) -> String? {
        let head =
            "Error: values don't meet the specifications of the schema(s) in the following "
            + "chart(s):\ntraefik:\n- "
        for (key, value) in (values.object ?? [:]).sorted(by: { $0.key < $1.key }) {
            if !keys.contains(key) {
                return "\(head)(root): Additional property \(key) is not allowed"
            }
            if objects.contains(key), value.object == nil {
                return "\(head)\(key): Invalid type. Expected: object"
            }
        }
        if let replicas = values.at("deployment", "replicas"), replicas.int == nil {
            return "\(head)deployment.replicas: Invalid type. Expected: integer"
        }
        return nil
    }

    /// What the API says of objects the schema lets pass.
    static func rejection(_ values: JSONValue) -> String? {
        let known = ["ClusterIP", "ExternalName", "LoadBalancer", "NodePort"]
        if let type = values.at("service", "type")?.string, !known.contains(type) {
            return "Error: UPGRADE FAILED: cannot patch \"traefik\" with kind Service: Service "
                + "\"traefik\" is invalid: spec.type: Unsupported value: \"\(type)\": supported "
                + "values: " + known.map { "\"\($0)\"" }.joined(separator: ", ")
        }
        guard values["instanceLabelOverride"] == nil else {
            return "Error: UPGRADE FAILED: cannot patch \"traefik\" with kind Deployment: "
                + "Deployment.apps \"traefik\" is invalid: spec.selector: field is immutable"
        }
        return nil
    }

    /// The definitions of Traefik's resources, the chart `traefik-crd`.
    static var definitions: [JSONValue] {
        ResourceType.all.filter { $0.isCustom && $0.key.group == "traefik.io" }
            .map(ResourceDefinition.object)
    }

    private var labels: JSONValue {
        [
            "app.kubernetes.io/name": "traefik",
            "app.kubernetes.io/instance": .string("traefik-\(namespace)"),
        ]
    }

    var objects: [JSONValue] {
        [
            object("v1", "ServiceAccount", [:]),
            object("rbac.authorization.k8s.io/v1", "ClusterRole", [:], isGlobal: true),
            object(
                "networking.k8s.io/v1", "IngressClass",
                ["spec": ["controller": "traefik.io/ingress-controller"]], isGlobal: true),
            workload, service,
        ]
    }

    private func object(
        _ version: String, _ kind: String, _ content: JSONValue, isGlobal: Bool = false
    ) -> JSONValue {
        var object = content
        object["apiVersion"] = .string(version)
        object["kind"] = .string(kind)
        object.set("metadata", "name", to: "traefik")
        if !isGlobal { object.set("metadata", "namespace", to: .string(namespace)) }
        object.set("metadata", "labels", to: labels)
        return object
    }

    private var workload: JSONValue {
        let name = values.at("image", "repository")?.string ?? "rancher/mirrored-library-traefik"
        let tag = values.at("image", "tag")?.string ?? "3.5.1"
        var spec: JSONValue = [
            "serviceAccountName": "traefik",
            "containers": [
                ["name": "traefik", "image": .string("\(name):\(tag)"), "ports": .array(ports)]
            ],
        ]
        for key in ["nodeSelector", "tolerations", "affinity", "hostNetwork", "priorityClassName"] {
            if let value = values[key] { spec[key] = value }
        }
        let template: JSONValue = [
            "metadata": [
                "labels": labels, "annotations": values.at("deployment", "podAnnotations") ?? [:],
            ], "spec": spec,
        ]
        let isSet = values.at("deployment", "kind") == "DaemonSet"
        var content: JSONValue = ["selector": ["matchLabels": labels], "template": template]
        if !isSet { content["replicas"] = values.at("deployment", "replicas") ?? 1 }
        return object("apps/v1", isSet ? "DaemonSet" : "Deployment", ["spec": content])
    }

    private var ports: [JSONValue] {
        [("web", 8000, 80), ("websecure", 8443, 443)].map { name, inside, _ in
            var port: JSONValue = ["name": .string(name), "containerPort": .int(inside)]
            if let host = values.at("ports", name, "hostPort") { port["hostPort"] = host }
            return port
        }
    }

    private var service: JSONValue {
        let ports = [("web", 80), ("websecure", 443)].map { name, usual -> JSONValue in
            [
                "name": .string(name),
                "port": values.at("ports", name, "exposedPort") ?? .int(usual),
                "targetPort": .string(name), "protocol": "TCP",
            ]
        }
        var content: JSONValue = [
            "spec": [
                "type": values.at("service", "type") ?? "LoadBalancer", "selector": labels,
                "ports": .array(ports),
            ]
        ]
        let wish = values.at("service", "spec", "loadBalancerIP")
        content.set("spec", "loadBalancerIP", to: wish)
        content.set(
            "metadata", "annotations", to: values.at("service", "annotations"))
        return object("v1", "Service", content)
    }
}
