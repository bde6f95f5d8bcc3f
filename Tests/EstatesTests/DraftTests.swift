import Estates
import JSON
import Testing
import YAML

@Suite struct `A drafted estate` {
    private func draft(
        _ labels: JSONValue, classes: ObservedSection = .items(["b": [:], "a": [:]])
    )
        -> EstateDraft
    {
        EstateDraft(
            name: "fresh", api: "https://10.0.0.1:6443", kubeconfig: "/k", context: "c",
            authority: "/ca.pem", authorityDigest: String(repeating: "a", count: 64),
            seen: [
                "identity": .items(["uid": "the-uid"]),
                "server": .items(["version": "v1.34.3+k3s1"]),
                "nodes": .items([
                    "n1": [
                        "version": "v1", "internal": "10.0.0.1", "labels": labels,
                        "taints": ["a=b:NoExecute"],
                    ],
                    "n2": ["labels": ["own: {": "\" # \n", "kubernetes.io/os": "linux"]],
                ]), "storage-classes": classes,
                "definitions": .items(["applications.argoproj.io": [:]]),
            ])
    }

    private func read(_ text: String) throws -> Estate {
        try Files.with(text) { path in try Estate(reading: path) }
    }

    @Test func `loads, and leaves unknown what only a person knows`() throws {
        let draft = draft(["node-role.kubernetes.io/control-plane": "true"])
        let estate = try read(draft.estate)
        for (path, value) in [
            ("clusters fresh distribution", "k3s"), ("clusters fresh version", "v1.34.3+k3s1"),
            ("clusters fresh gitops engine", "argocd"), ("nodes n1 role", "server"),
            ("nodes n2 role", "worker"), ("nodes n1 address internal", "10.0.0.1"),
        ] {
            #expect(estate.stated(path) == value, "\(path)")
        }
        #expect(estate.fact("clusters fresh storage-classes") == ["a", "b"])
        #expect(estate.fact("nodes n1 taints") == ["a=b:NoExecute"])
        // What somebody else wrote stays a label, and makes no other line.
        #expect(estate.fact("nodes n2 labels") == ["own: {": "\" # \n"])
        for path in ["owner", "clusters fresh owner", "clusters fresh environment", "backups"] {
            #expect(estate.fact(path) == Estate.unknown, "\(path)")
        }
        let observation = Observation(salt: []) { _ in "" }
        let asked =
            DraftQuestion.first(observation)
            + ["argocd", "flux", "fleet"].flatMap {
                DraftQuestion.second(observation, engine: $0)
            }
        #expect(asked.count > 12)
        #expect(asked.allSatisfy { !$0.arguments.contains { $0.contains("secret") } })
    }

    @Test func `calls nobody a worker where nobody is a server`() throws {
        let estate = try read(draft([:], classes: .cannotTell("forbidden")).estate)
        #expect(estate.fact("nodes n1 role") == Estate.unknown)
        #expect(estate.fact("clusters fresh storage-classes") == Estate.unknown)
    }

    @Test func `has a binding that names the credentials' place and loads`() throws {
        let text = draft([:]).binding
        try Files.with(text) { path in
            let binding = try Binding(reading: path)
            #expect(binding.clusters["fresh"]?.uid == "the-uid")
            #expect(binding.clusters["fresh"]?.context == "c")
            #expect(binding.clusters["fresh"]?.kubeconfig == "/k")
            #expect(binding.hosts.isEmpty)
        }
    }

    /// What a question keeps of an answer, as `kubectl get -o json` gives it.
    private func kept(
        _ section: String, engine: String = "argocd", _ items: [JSONValue]
    ) -> ObservedSection {
        let observation = Observation(salt: []) { _ in "" }
        let all =
            DraftQuestion.first(observation) + DraftQuestion.second(observation, engine: engine)
        let question = all.first { $0.section == section }
        return .items(question?.keep(["items": .array(items)]) ?? [:])
    }

    private func object(
        _ name: String, in namespace: String? = nil, annotations: JSONValue = [:],
        labels: JSONValue = [:], _ rest: JSONValue = [:]
    ) -> JSONValue {
        var object = rest
        object["metadata"] = [
            "name": .string(name), "annotations": annotations, "labels": labels,
        ]
        if let namespace { object["metadata"]?["namespace"] = .string(namespace) }
        return object
    }

    private func draft(seen: [String: ObservedSection]) throws -> Estate {
        try read(
            EstateDraft(
                name: "fresh", api: "https://10.0.0.1:6443", kubeconfig: "/k", context: nil,
                authority: "/ca.pem", authorityDigest: String(repeating: "a", count: 64), seen: seen
            ).estate)
    }

    private let server: JSONValue = ["node-role.kubernetes.io/control-plane": "true"]

    @Test func `takes what a k3s tells of its flags, and no token`() throws {
        let told = #"""
            ["server","--disable","traefik","--token","********","--server","https://a:6443",
            "--cluster-cidr","10.9.0.0/16","--cluster-init","--data-dir=/srv/k3s"]
            """#
        func estate(_ flags: String?) throws -> Estate {
            let node = object(
                "n1", annotations: flags.map { ["k3s.io/node-args": .string($0)] } ?? [:])
            return try draft(seen: [
                "server": .items(["version": "v1.34.3+k3s1"]),
                "nodes": .items(["n1": ["labels": server, "internal": "10.0.0.1"]]),
                "node-args": kept("node-args", [node]),
            ])
        }
        let known = try estate(told)
        #expect(
            known.fact("nodes n1 server-flags") == [
                "--disable=traefik", "--cluster-cidr=10.9.0.0/16", "--data-dir=/srv/k3s",
            ])
        #expect(known.stated("nodes n1 data") == "/srv/k3s")
        #expect(known.stated("clusters fresh pod-cidr") == "10.9.0.0/16")
        #expect(known.stated("clusters fresh service-cidr") == "10.43.0.0/16")
        #expect(known.stated("clusters fresh datastore") == "sqlite")
        #expect(known.stated("clusters fresh cni") == "flannel")
        let silent = try estate(nil)
        for path in ["nodes n1 server-flags", "nodes n1 data"]
            + ["pod-cidr", "service-cidr", "datastore", "cni"].map({ "clusters fresh \($0)" })
        {
            #expect(silent.fact(path) == Estate.unknown, "\(path)")
        }
        let elsewhere = try estate(#"["server","--datastore-endpoint","mysql://x"]"#)
        #expect(elsewhere.fact("clusters fresh datastore") == Estate.unknown)
    }

    @Test func `knows kubeadm by its configuration`() throws {
        let text = """
            apiVersion: kubeadm.k8s.io/v1beta4
            etcd: { local: { dataDir: /var/lib/etcd } }
            networking: { podSubnet: 192.168.0.0/16, serviceSubnet: 10.96.0.0/12 }
            """
        let estate = try draft(seen: [
            "server": .items(["version": "v1.34.2"]),
            "nodes": .items(["n1": ["labels": server, "internal": "10.0.0.1"]]),
            "kubeadm": kept(
                "kubeadm",
                [
                    object(
                        "kubeadm-config", in: "kube-system",
                        ["data": ["ClusterConfiguration": .string(text)]])
                ]),
        ])
        #expect(estate.stated("clusters fresh distribution") == "kubeadm")
        #expect(estate.stated("clusters fresh datastore") == "etcd")
        #expect(estate.stated("clusters fresh pod-cidr") == "192.168.0.0/16")
        #expect(estate.stated("clusters fresh service-cidr") == "10.96.0.0/12")
        #expect(estate.fact("nodes n1 server-flags") == nil)
    }

    private func tracking(_ name: String, _ owner: String?) -> JSONValue {
        guard let owner else { return [:] }
        let text = "\(owner):argoproj.io/Application:argocd/\(name)"
        return ["argocd.argoproj.io/tracking-id": .string(text)]
    }

    @Test func `finds the root all others come from, where there is one`() throws {
        func application(_ name: String, by owner: String?) -> JSONValue {
            object(
                name, in: "argocd",
                annotations: tracking(name, owner),
                ["spec": ["source": ["repoURL": .string("https://git@git/\(name)"), "path": "apps"]]])
        }
        func estate(_ list: [JSONValue]) throws -> Estate {
            try draft(seen: [
                "nodes": .items(["n1": [:]]),
                "definitions": .items(["applications.argoproj.io": [:]]),
                "owners": kept("owners", list), "applications": kept("applications", list),
            ])
        }
        let one = try estate([
            application("root", by: nil), application("a", by: "root"),
            application("b", by: "argocd_root"), application("alone", by: nil),
        ])
        #expect(one.stated("clusters fresh gitops root") == "root")
        #expect(one.stated("clusters fresh gitops url") == "https://git/root")
        #expect(one.stated("clusters fresh gitops path") == "apps")
        let two = try estate([
            application("r1", by: nil), application("a", by: "r1"),
            application("r2", by: nil), application("b", by: "r2"),
        ])
        #expect(two.fact("clusters fresh gitops root") == Estate.unknown)
        #expect(two.fact("clusters fresh gitops url") == Estate.unknown)
    }

    @Test func `finds Flux's root, which brings itself, and the repository it reads`() throws {
        let list = ["flux-system", "apps"].map { name in
            object(
                name, in: "flux-system",
                labels: ["kustomize.toolkit.fluxcd.io/name": "flux-system"],
                ["spec": ["sourceRef": ["name": "home"]]])
        }
        let estate = try draft(seen: [
            "nodes": .items(["n1": [:]]),
            "definitions": .items(["kustomizations.kustomize.toolkit.fluxcd.io": [:]]),
            "owners": kept("owners", engine: "flux", list),
            "git-repositories": .items([
                "flux-system/home": ["url": "ssh://git/home", "wanted": "main"]
            ]),
        ])
        #expect(estate.stated("clusters fresh gitops root") == "flux-system")
        #expect(estate.stated("clusters fresh gitops repository") == "home")
        #expect(estate.stated("clusters fresh gitops branch") == "main")
    }

    @Test func `names the controller of sealed secrets, the ingress and the backups to ask for`()
        throws
    {
        let estate = try draft(seen: [
            "nodes": .items(["n1": ["labels": ["node-role.kubernetes.io/etcd": "true"]]]),
            "definitions": .items(["sealedsecrets.bitnami.com": [:]]),
            "workloads": .items([
                "Deployment seal/sealed-secrets": [:], "Deployment web/traefik": [:],
                "DaemonSet kube-system/kube-vip": [:],
            ]),
            "selectors": kept(
                "selectors",
                [
                    object(
                        "sealed-secrets", in: "seal",
                        ["spec": ["selector": ["matchLabels": ["b": "2", "a": "1"]]]])
                ]),
            "services": .items(["web/traefik": ["addresses": ["10.0.0.9"]]]),
            "storage-classes": .items(["l": ["provisioner": "driver.longhorn.io"]]),
        ])
        #expect(estate.stated("clusters fresh secrets namespace") == "seal")
        #expect(estate.stated("clusters fresh secrets deployment") == "sealed-secrets")
        #expect(estate.stated("clusters fresh secrets pods") == "a=1,b=2")
        #expect(estate.stated("clusters fresh ingress address") == "10.0.0.9")
        #expect(estate.stated("clusters fresh ingress holder") == "kube-vip")
        #expect(estate.stated("clusters fresh storage") == "longhorn")
        let backups = estate.facts["backups"]?.array ?? []
        #expect(backups.compactMap { $0["kind"]?.string } == ["etcd", "sealing-keys", "longhorn"])
        #expect(backups.allSatisfy { $0["path"] == Estate.unknown })
    }

    @Test func `lets no name of another make a line of the binding`() throws {
        let text = EstateDraft(
            name: "fresh", api: "", kubeconfig: "/k", context: nil, authority: "/ca.pem",
            authorityDigest: String(repeating: "a", count: 64),
            seen: [
                "identity": .items(["uid": "u"]), "nodes": .items(["n1": [:]]),
                "definitions": .items(["gitrepos.fleet.cattle.io": [:]]),
                "fleet-repositories": .items(["a/b": ["url": "x\nnodes: { n1: evil }"]]),
            ]
        ).binding
        #expect(text.contains("evil"))
        try Files.with(text) { path in
            let binding = try Binding(reading: path)
            #expect(binding.hosts.isEmpty)
        }
    }
}
