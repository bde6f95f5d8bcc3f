import JSON
import LabCluster
import LabHosts

/// Commands of kubeadm on one machine that need its files or its cluster.
struct KubeadmCommands {
    let clusters: Clusters
    let host: String

    /// What `kubeadm …` prints; empty for what the lab does not simulate.
    func answer(_ question: JSONValue) -> JSONValue {
        let arguments = question["arguments"]?.array?.compactMap(\.string) ?? []
        guard let machine = clusters.declaration(host), machine.isKubeadm,
            let call = KubeadmCall(arguments)
        else { return [:] }
        do {
            return try answer(call, machine) ?? [:]
        } catch {
            return [
                "exit": 1, "output": "",
                "error": .string(
                    "\(error)\nTo see the stack trace of this error execute with --v=5 or higher\n"),
            ]
        }
    }

    private func answer(_ call: KubeadmCall, _ host: HostDeclaration) throws -> JSONValue? {
        let kubeadm = Kubeadm(clusters.controlPlane(host))
        switch call.words.prefix(2).joined(separator: " ") {
        case "certs check-expiration" where call.fits(words: 2):
            return said(reading("check-expiration", host) + (try kubeadm.checkExpiration()))
        case "certs renew" where call.fits(words: 3):
            guard let renewed = try kubeadm.renew(call.words[2]) else { return nil }
            return said(reading("renew", host) + renewed)
        case "token generate" where call.fits(words: 2): return said(BootstrapToken.text() + "\n")
        case "token list" where call.fits(words: 2):
            return said(try cluster(kubeadm, host).tokenList(withSecrets: true))
        case "token delete" where call.fits(words: 3):
            let id = try cluster(kubeadm, host).removeToken(call.words[2])
            return said("bootstrap token \"\(id)\" deleted\n")
        case "token create"
        where call.fits(words: 2...3, ["ttl", "description"], ["print-join-command"]):
            return try create(call, kubeadm, host)
        case "kubeconfig user" where call.fits(words: 2, ["client-name", "org"]):
            guard let name = call.options["client-name"] else { return nil }
            let groups = call.options["org"].map { [$0] } ?? []
            return said(try kubeadm.kubeconfig(user: name, groups: groups))
        case "init phase":
            return try KubeadmInit(clusters: clusters, host: host)
                .answer(Array(call.words.dropFirst(2)), call.options)
        default:
            guard call.words.first == "join",
                call.fits(words: 2, ["token", "discovery-token-ca-cert-hash"])
            else { return nil }
            return try join(call, host)
        }
    }

    private func said(_ text: String) -> JSONValue {
        ["exit": 0, "output": .string(text), "error": ""]
    }

    /// How the commands about certificates begin.
    private func reading(_ phase: String, _ host: HostDeclaration) -> String {
        let config = clusters.running(host.cluster)?
            .object(.configMaps, namespace: "kube-system", name: "kubeadm-config")
        return """
            [\(phase)] Reading configuration from the "kubeadm-config" ConfigMap in namespace \
            "kube-system"...
            [\(phase)] Use 'kubeadm init phase upload-config kubeadm --config your-config-file' to \
            re-upload it.
            \(config == nil ? "[\(phase)] Error reading configuration from the Cluster. Falling back "
                + "to default configuration\n" : "")

            """
    }

    // MARK: tokens

    /// The cluster, for who has the administrator's kubeconfig.
    private func cluster(_ kubeadm: Kubeadm, _ host: HostDeclaration) throws -> Cluster {
        guard try kubeadm.isAdministered else {
            throw LabFailure(
                "failed to load admin kubeconfig: open /etc/kubernetes/admin.conf: no such file or "
                    + "directory")
        }
        guard let cluster = clusters.running(host.cluster),
            let plane = clusters.plane(of: host.cluster)
        else { throw LabFailure("dial tcp \(api(host)): connect: connection refused") }
        if let complaint = KubeletCertificate.complaint(of: plane.served) {
            throw LabFailure(complaint)
        }
        return cluster
    }

    private func api(_ host: HostDeclaration) -> String { clusters.controlPlane(host).endpoint }

    private func create(
        _ call: KubeadmCall, _ kubeadm: Kubeadm, _ host: HostDeclaration
    ) throws -> JSONValue? {
        guard let seconds = KubeadmCall.seconds(call.options["ttl"] ?? "24h0m0s") else {
            return nil
        }
        let given = call.words.count > 2 ? call.words[2] : nil
        let token = BootstrapToken(
            given, lasts: seconds == 0 ? nil : seconds, groups: BootstrapToken.kubeadmGroups,
            note: call.options["description"] ?? "")
        guard let token else {
            throw LabFailure(
                "the bootstrap token \"\(given ?? "")\" was not of the form "
                    + "\"\\\\A([a-z0-9]{6})\\\\.([a-z0-9]{16})\\\\z\"")
        }
        try cluster(kubeadm, host).keep(token)
        guard call.flags.contains("print-join-command") else { return said(token.text + "\n") }
        return said(try kubeadm.joinCommand(token) + "\n")
    }

    // MARK: join

    private func join(_ call: KubeadmCall, _ host: HostDeclaration) throws -> JSONValue? {
        let (endpoint, token) = (call.words[1], call.options["token"] ?? "")
        let identity =
            "error execution phase preflight: couldn't validate the identity of the API Server"
        guard let cluster = clusters.running(host.cluster),
            let plane = clusters.plane(of: host.cluster),
            clusters.answers(cluster, "https://\(endpoint)")
        else {
            throw LabFailure(
                "\(identity): Get \"https://\(endpoint)/api/v1/namespaces/kube-public/configmaps/"
                    + "cluster-info?timeout=10s\": dial tcp \(endpoint): connect: connection refused"
            )
        }
        guard cluster.takes(bootstrapToken: token) else {
            let id = token.split(separator: ".").first ?? ""
            throw LabFailure(
                "\(identity): could not find a JWS signature in the cluster-info ConfigMap for token "
                    + "ID \"\(id)\"")
        }
        let pinned = "sha256:\(try Kubeadm(plane.plane).authorityKeyDigest)"
        guard call.options["discovery-token-ca-cert-hash"] == pinned else {
            throw LabFailure(
                "\(identity): cluster CA found in cluster-info ConfigMap is invalid: none of the "
                    + "public keys \"\(pinned)\" are pinned")
        }
        return [
            "exit": 0, "error": "", "output": .string(Self.joined),
            "membership": [
                "server": .string("https://\(plane.plane.endpoint)"), "node": .string(host.name),
                "authority": .string(
                    String(decoding: try Kubeadm(plane.plane).authority, as: UTF8.self)),
                "pem": .string(try KubeletCertificate(node: host.name).signed(by: plane.plane)),
            ],
        ]
    }

    private static let joined = """
        [preflight] Reading configuration from the "kubeadm-config" ConfigMap in namespace \
        "kube-system"...
        [preflight] Use 'kubeadm init phase upload-config kubeadm --config your-config-file' to \
        re-upload it.
        [kubelet-start] Writing kubelet configuration to file "/var/lib/kubelet/config.yaml"
        [kubelet-start] Starting the kubelet

        This node has joined the cluster:
        * Certificate signing request was sent to apiserver and a response was received.
        * The Kubelet was informed of the new secure connection details.

        Run 'kubectl get nodes' on the control-plane to see this node join the cluster.


        """
}
