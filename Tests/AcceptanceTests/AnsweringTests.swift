import Glibc
import JSON
import LabThreads
import Processes
import Testing

extension AcceptanceTests {
    /// Snapshots and drift where the cluster answers what a lab would not.
    @Suite(.serialized, .onLabThreads) struct AnsweringTests {
        /// An API where nothing listens: nobody knows its certificate.
        private static let closed = ("api: unknown", "api: https://127.0.0.1:1")
        private static let api = ("api: unknown", "api: https://10.0.0.241:6443")

        private func node(_ name: String, _ address: String, _ range: String) -> JSONValue {
            [
                "metadata": ["name": .string(name)], "spec": ["podCIDR": .string(range)],
                "status": [
                    "addresses": [["type": "InternalIP", "address": .string(address)]],
                    "conditions": [["type": "Ready", "status": "True"]],
                    "nodeInfo": ["kubeletVersion": "v1.34.3+k3s1"],
                ],
            ]
        }

        /// A repository of the estate's infrastructure with the mistakes it is known for.
        private func repository(_ folder: String, _ files: [String: String]) throws -> String {
            let path = "\(folder)/infra"
            try Files.makeFolder(folder)
            func git(_ words: String...) throws {
                let words = ["-C", path, "-c", "user.name=t", "-c", "user.email=t@e"] + words
                let done = try Command(
                    "/usr/bin/git", words, environment: ["PATH": "/usr/bin:/bin", "HOME": folder]
                ).capture(deadline: .seconds(30))
                try #require(done.ending.isSuccess, "\(done.error.text)")
            }
            try Files.makeFolder(path)
            try git("init", "-q", "-b", "main")
            for (name, text) in files {
                let parts = name.split(separator: "/").dropLast()
                try Files.tool("/bin/mkdir", "-p", "\(path)/\(parts.joined(separator: "/"))")
                try Files.write(text, to: "\(path)/\(name)")
            }
            try git("add", "-A")
            try git("commit", "-q", "-m", "as it is")
            return path
        }

        private static let mistakes = [

            "README.md": "The k3s server runs with Traefik disabled.\n",
            "provision/ansible/group_vars/all.yml": """
            k3s_version: v1.34.3+k3s1
            k3s_master_private_ip: 10.0.0.99
            k3s_cluster_cidr: 10.42.0.0/16
            k3s_service_cidr: 10.44.0.0/16
            tls-san: [10.0.0.99]

            """,
            "terraform.tfvars.example": "workers = [\"worker-1\", \"worker-2\"]\n",
            "kubeconfig.yaml": """
            kind: Config
            clusters: [{ name: c, cluster: { } }]
            x:
              server: https://127.0.0.1:6443

            """,
            "apps/coredns.yaml": """
            kind: DaemonSet
            apiVersion: apps/v1
            metadata: { name: coredns, namespace: kube-system }

            """,
            "apps/traefik.yaml": """
            kind: HelmChartConfig
            metadata: { name: traefik, namespace: kube-system }
            spec: { valuesContent: "replicas: 2" }

            """,
        ]

        @Test(.timeLimit(.minutes(10)))
        func `drift finds every break of the contract between Ansible, Git and the cluster`() throws
        {
            let place = try Lab.folder("contract")
            defer { Lab.remove(place) }
            let source = try repository(place, Self.mistakes)
            let world = try Answering("lumie", cluster: "lumie", facts: [Self.api], source: source)
            try world.answer(
                "nodes", node("k3s-master", "10.0.0.17", "10.42.0.0/24"),
                node("k3s-worker-2", "10.0.0.2", "10.42.1.0/24"),
                node("k3s-worker-3", "10.1.0.148", "10.42.2.0/24"),
                node("k3s-worker-4", "10.1.0.9", "10.42.3.0/24"))
            let workload = { (kind: String, name: String) -> JSONValue in
                [
                    "kind": .string(kind),
                    "metadata": ["name": .string(name), "namespace": "kube-system"], "spec": [:],
                ]
            }
            try world.answer(
                "deployments,daemonsets,statefulsets", workload("DaemonSet", "coredns"),
                workload("Deployment", "coredns"), workload("Deployment", "traefik"))
            try world.answer(
                "services",
                [
                    "metadata": ["name": "zot", "namespace": "zot"],
                    "spec": ["clusterIP": "10.43.7.7", "type": "ClusterIP"],
                ])
            try world.answer(
                "helmchartconfigs.helm.cattle.io",
                [
                    "metadata": ["name": "traefik", "namespace": "kube-system"],
                    "spec": ["valuesContent": "replicas: 1"],
                ])
            let answer = try world.recover("drift", "lumie")
            #expect(answer.code == 4, "\(answer)")
            for fact in [
                "address of k3s-master", "tls-san of k3s-master", "service-cidr",
                "server of the kubeconfig", "form of CoreDNS", "values of kube-system/traefik",
                "Traefik, as infra/README.md says", "node k3s-worker-1",
            ] {
                #expect(answer.text.contains("drift        lumie: \(fact)\n"), "\(fact)\n\(answer)")
            }
            for fact in ["version", "pod-cidr", "node k3s-worker-4"] {
                #expect(answer.text.contains("same         lumie: \(fact)\n"), "\(fact)\n\(answer)")
            }
            // The nodes' files cannot be read: no host is bound.
            #expect(answer.text.contains("cannot tell  lumie: endpoint of the mirror"), "\(answer)")
            #expect(!answer.text.contains("not-a-real-token"))
            #expect(world.asked.allSatisfy { $0.hasPrefix("get ") })
        }

        @Test(.timeLimit(.minutes(10)))
        func `take is honest about what it could not see, and ends in time`() throws {
            let world = try Answering("lumie", cluster: "lumie", facts: [Self.closed])
            try world.answer("nodes", node("k3s-master", "10.0.0.241", "10.42.0.0/24"))
            try world.answer(
                "storageclasses.error", "Error from server (Forbidden): no, you may not\n")
            try world.answer("services", "this is no JSON")
            try world.answer("persistentvolumes.slow", "60")
            let answer = try world.recover(
                "snapshot", "take", "lumie", "--within", "6", seconds: 60)
            #expect(answer.code == 4, "\(answer)")
            for line in [
                "lumie nodes: 1",
                "lumie storage-classes: cannot tell: Error from server (Forbidden)",
                "lumie services: cannot tell: the answer is not JSON",
                "lumie volumes: cannot tell: it did not answer in time", "lumie definitions: 0",
            ] {
                #expect(answer.text.contains(line), "\(line)\n\(answer)")
            }
            // What came behind the slow one had no time left.
            #expect(
                answer.text.contains("lumie secrets: cannot tell: there was no time left"),
                "\(answer)")
            #expect(try world.recover("snapshot", "verify", "lumie").code == 0)
        }

        @Test(.timeLimit(.minutes(10)))
        func `the same world gives the same files, and each byte of them counts`() throws {
            let world = try Answering("lumie", cluster: "lumie", facts: [Self.closed])
            try world.answer("nodes", node("k3s-master", "10.0.0.241", "10.42.0.0/24"))
            let one = "\(world.folder)/one", two = "\(world.folder)/two"
            for place in [one, two] {
                let taken = try world.recover("snapshot", "take", "lumie", "--out", place)
                #expect(taken.text.contains("lumie api-certificate: cannot tell"), "\(taken)")
                #expect(taken.lines.count { $0.contains("cannot tell") } == 1, "\(taken)")
            }
            let difference = try world.recover(
                "snapshot", "diff", "lumie", "--from", one, "--to", two)
            #expect(difference.lines.count == 3, "\(difference)")
            #expect(difference.text.contains("lumie api-certificate\n  ? "), "\(difference)")
            for name in try Files.names("\(one)/clusters/lumie") {
                let file = "clusters/lumie/\(name)"
                #expect(Files.bytes("\(one)/\(file)") == Files.bytes("\(two)/\(file)"), "\(file)")
            }
            // Anybody can check it without this tool.
            try Files.tool("/bin/sh", "-c", "cd \(one) && sha256sum -c --strict SHA256SUMS")
            // Any one byte of any file, the list of digests too.
            for name in ["SHA256SUMS", "snapshot.json", "clusters/lumie/nodes.jsonl"] {
                let bytes = try #require(Files.bytes("\(two)/\(name)"))
                var changed = bytes
                changed[bytes.count / 2] ^= 1
                try Files.write(changed, to: "\(two)/\(name)")
                let verified = try world.recover("snapshot", "verify", "lumie", "--snapshot", two)
                #expect(verified.code == 11, "\(name)\n\(verified)")
                try Files.write(bytes, to: "\(two)/\(name)")
            }
            try Files.write("x", to: "\(two)/clusters/lumie/more.jsonl")
            #expect(try world.recover("snapshot", "verify", "lumie", "--snapshot", two).code == 11)
        }

        @Test(.timeLimit(.minutes(10)))
        func `another cluster is not read, and a deaf one leaves no folder`() throws {
            let world = try Answering("lumie", cluster: "lumie", facts: [Self.closed])
            try world.answer("namespace", "another-uid")
            let other = try world.recover("snapshot", "take", "lumie")
            #expect(other.code == 4 && other.text.contains("SN-OTHER"), "\(other)")
            #expect(world.asked.count == 1, "\(world.asked)")
            try world.answer("namespace.error", "Unable to connect to the server\n")
            let deaf = try world.recover("snapshot", "take", "lumie")
            #expect(deaf.code == 4 && deaf.text.contains("SN-NOTHING"), "\(deaf)")
            #expect(!Files.exists("\(world.folder)/library/snapshots/lumie/observed"))
        }

        @Test(.timeLimit(.minutes(10)))
        func `what a cluster says cannot move a terminal or end a line`() throws {
            let world = try Answering("lumie", cluster: "lumie", facts: [Self.closed])
            try world.answer("nodes", node("k3s-master\u{1b}[2J\n", "10.0.0.241", "10.42.0.0/24"))
            _ = try world.recover("snapshot", "take", "lumie")
            for words in [["snapshot", "diff", "lumie"], ["estate", "document", "lumie"]] {
                let answer = try world.recover(words[0], words[1], words[2])
                #expect(!answer.bytes.contains(0x1B), "\(answer)")
            }
        }
    }
}
