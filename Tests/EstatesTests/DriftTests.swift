import Estates
import JSON
import Testing

@Suite struct `The drift` {
    private static func digest(_ bytes: [UInt8]) -> String {
        "sum \(String(decoding: bytes, as: UTF8.self))"
    }

    /// The estate with its own registry, as it should be, in all four places.
    private struct Place {
        var estate: Estate
        var git: [String: String] = [
            "provision/ansible/group_vars/all.yml": """
            k3s_version: "v1.34.3+k3s1"
            k3s_cluster_cidr: 10.42.0.0/16   # pods
            k3s_service_cidr: 10.43.0.0/16
            k3s_master_private_ip: 10.0.0.241
            zot_mirror: zot.lumie-infra.com
            zot_mirror_endpoint: http://zot.zot.svc.cluster.local:5000
            tls-san:
              - 10.0.0.241
              - api.example
            """,
            "inventory.ini": "k3s-master\nk3s-worker-2\nk3s-worker-3\nk3s-worker-4\n",
            "coredns.yaml":
                "kind: DaemonSet\nmetadata: { name: coredns, namespace: kube-system }\n",
            "traefik.yaml": """
            kind: HelmChartConfig
            metadata: { name: traefik, namespace: kube-system }
            spec: { valuesContent: "a: b" }
            """,
            "README.md": "Traefik is what leads to the registry.\n",
        ]
        var nodes: [String: JSONValue] = [
            "k3s-master": ["internal": "10.0.0.241", "pod-cidr": "10.42.0.0/24"],
            "k3s-worker-2": ["internal": "10.0.0.2", "pod-cidr": "10.42.1.0/24"],
            "k3s-worker-3": [:], "k3s-worker-4": [:],
        ]
        var version: JSONValue = "v1.34.3+k3s1"
        var workloads = ["DaemonSet kube-system/coredns", "Deployment kube-system/traefik"]
        var service: JSONValue = ["cluster-ip": "10.43.7.7"]
        var values = "sum a: b"
        var registries = [
            "k3s-worker-2": """
            mirrors:
              zot.lumie-infra.com:
                endpoint: ["http://zot.zot.svc.cluster.local:5000"]
            """
        ]
        var settings = ["k3s-master": "tls-san:\n  - 10.0.0.241\n"]
        var server: String? = "https://10.0.0.241:6443"
        var isGitRead = true

        private var snapshot: ObservedSnapshot {
            ObservedSnapshot(
                estate: "lumie", taken: "t", salt: "",
                clusters: [
                    "lumie": [
                        "server": .items(["version": version]), "nodes": .items(nodes),
                        "services": .items(["zot/zot": service]),
                        "workloads": .items(Dictionary(workloads.map { ($0, [:]) }) { $1 }),
                        "chart-configs": .items([
                            "kube-system/traefik": ["values-sha256": .string(values)]
                        ]),
                    ]
                ])
        }

        func rows(healthy: ObservedSnapshot? = nil, silent: [String] = []) -> [DriftRow] {
            var live = snapshot
            for section in silent {
                live.clusters["lumie"]?[section] = .cannotTell("it is forbidden")
            }
            return Drift(
                estate, git: isGitRead ? GitView(commit: "1", files: git) : nil, observed: healthy,
                live: live,
                local: ["lumie": .init(registries: registries, settings: settings, server: server)],
                digest: `The drift`.digest
            ).rows
        }

        var healthy: ObservedSnapshot { snapshot }
    }

    private let place: Place

    init() throws {
        var facts = try `The five shipped estates`.shipped("lumie").facts
        var cluster = try #require(facts["clusters"]?[0])
        cluster["api"] = "https://10.0.0.241:6443"
        facts["clusters"] = [cluster]
        place = Place(estate: Estate(facts: facts))
    }

    /// The rows that are not the same, as `fact: verdict`.
    private func open(_ rows: [DriftRow]) -> [String] {
        rows.filter { $0.verdict != .same }.map { "\($0.fact): \($0.verdict.rawValue)" }
    }

    @Test func `is not there where all four agree`() {
        let rows = place.rows(healthy: place.healthy)
        #expect(open(rows) == [])
        #expect(rows.count > 12)
    }

    /// Each case of the contract between Ansible, Git and the cluster.
    @Test func `of the address the workers know`() throws {
        var place = place
        place.nodes["k3s-master"]?["internal"] = "10.0.0.17"
        let rows = place.rows(healthy: self.place.healthy)
        #expect(open(rows).contains("address of k3s-master: drift"))
        #expect(open(rows).contains("tls-san of k3s-master: drift"))
        let row = try #require(rows.first { $0.fact == "address of k3s-master" })
        #expect(row.declared == .value("10.0.0.241") && row.live == .value("10.0.0.17"))
        #expect(row.git == .value("10.0.0.241") && row.observed == .value("10.0.0.241"))
        #expect(row.meaning.contains("loop") && row.next.contains("k3s_master_private_ip"))
    }

    @Test func `of a variable that was not kept`() throws {
        var place = place
        let path = "provision/ansible/group_vars/all.yml"
        place.git[path] = place.git[path]?.replacing(first: "ip: 10.0.0.241", with: "ip: 10.0.0.99")
            .replacing(first: "- 10.0.0.241", with: "- 10.0.0.99")
        place.settings = [:]
        #expect(
            open(place.rows()).prefix(2) == [
                "address of k3s-master: drift", "tls-san of k3s-master: drift",
            ])
    }

    @Test func `of the version and the ranges`() {
        var place = place
        place.version = "v1.34.9+k3s1"
        place.nodes["k3s-worker-2"]?["pod-cidr"] = "10.52.1.0/24"
        place.service = ["cluster-ip": "10.96.0.5"]
        let found = open(place.rows())
        for fact in ["version", "pod-cidr", "service-cidr"] {
            #expect(found.contains("\(fact): drift"), "\(found)")
        }
    }

    @Test func `of the registry's mirror`() {
        var place = place
        place.registries["k3s-worker-2"] = """
            mirrors:
              zot.example:
                endpoint: ["http://10.43.1.1:5000"]
            """
        let found = open(place.rows())
        #expect(found.contains("key of the mirror: drift"), "\(found)")
        #expect(found.contains("endpoint of the mirror: drift"), "\(found)")
        place.registries["k3s-worker-2"] = """
            mirrors:
              zot.lumie-infra.com:
                endpoint: ["http://10.43.1.1:5000"]
            """
        #expect(open(place.rows()).contains("address in the mirror and of the Service: drift"))
        place.service = ["cluster-ip": "10.43.1.1"]
        #expect(!open(place.rows()).contains("address in the mirror and of the Service: drift"))
    }

    @Test func `of a read-me nobody corrected`() {
        var place = place
        place.git["README.md"] = "k3s is installed with Traefik disabled.\n"
        let rows = place.rows()
        #expect(open(rows).contains("Traefik, as README.md says: drift"))
        #expect(rows.contains { $0.meaning.contains("stale") })
    }

    @Test func `of a kubeconfig that leads to whoever asks`() throws {
        var place = place
        place.server = "https://127.0.0.1:6443"
        let row = try #require(place.rows().first { $0.fact == "server of the kubeconfig" })
        #expect(row.verdict == .drift && row.meaning.contains("127.0.0.1"))
        #expect(row.next.contains("--server=https://10.0.0.241:6443"))
        place.server = "https://10.0.0.241:6443"
        place.git["kubeconfig.yaml"] =
            "kind: Config\nclusters:\n  - cluster:\n      server: https://127.0.0.1:6443\n"
        #expect(open(place.rows()).contains("server of the kubeconfig: drift"))
    }

    @Test func `of two name servers and of chart values`() {
        var place = place
        place.workloads.append("Deployment kube-system/coredns")
        place.values = "sum c: d"
        let found = open(place.rows())
        #expect(found.contains("form of CoreDNS: drift"), "\(found)")
        #expect(found.contains("values of kube-system/traefik: drift"), "\(found)")
    }

    @Test func `of nodes that are too few, too many or only in a file`() {
        var place = place
        place.nodes["k3s-worker-4"] = nil
        place.nodes["stranger"] = [:]
        place.git["terraform.tfvars.example"] = "workers = [\"worker-1\"]\n"
        let found = open(place.rows())
        for fact in ["node k3s-worker-4", "node stranger", "node k3s-worker-1"] {
            #expect(found.contains("\(fact): drift"), "\(found)")
        }
    }

    @Test func `cannot be told where nothing is live, and says so`() {
        let rows = place.rows(silent: ["server", "nodes", "services", "workloads", "chart-configs"])
        let version = rows.first { $0.fact == "version" }
        #expect(version?.verdict == .cannotTell)
        #expect(version?.live == .silent("cannot tell: it is forbidden"))
        #expect(rows.allSatisfy { $0.verdict != .drift }, "\(open(rows))")
    }

    @Test func `says that Git was not read, and compares the rest`() {
        var place = place
        place.isGitRead = false
        let rows = place.rows(healthy: place.healthy)
        #expect(rows.first { $0.fact == "version" }?.git == .silent("not read"))
        #expect(rows.first { $0.fact == "version" }?.verdict == .same)
    }
}
