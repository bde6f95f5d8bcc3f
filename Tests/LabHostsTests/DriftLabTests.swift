import Glibc
import JSON
import LabHosts
import LabThreads
import Processes
import Testing

/// `recover drift` with the real kubectl, ssh and Git against a live estate:
/// what Ansible, Git and the cluster have agreed on, and each way to break it.
@Suite(.serialized, .onLabThreads) struct DriftLabTests {
    /// What lies in Git beside the desired state, as Ansible would have it.
    private static let variables = [
        "provision/ansible/inventory.ini":
            "[server]\nk3s-master\n[worker]\nk3s-worker-2\nk3s-worker-3\nk3s-worker-4\n",
        "provision/ansible/group_vars/all.yml": """
        k3s_version: v1.34.3+k3s1
        k3s_cluster_cidr: 10.42.0.0/16
        k3s_service_cidr: 10.43.0.0/16
        k3s_master_private_ip: 10.0.0.241
        zot_mirror: zot.lumie-infra.com
        zot_mirror_endpoint: http://zot.zot.svc.cluster.local:5000

        """,
    ]
    /// The same in the state that gets pinned: nobody kept it up to date.
    private static let neglected = """
        cd work/provision
        sed -i 's/v1.34.3/v1.34.9/; s/10.42.0.0/10.52.0.0/; s/10.0.0.241/10.0.0.99/' \
          ansible/group_vars/all.yml
        echo 'k3s runs with Traefik disabled.' >README.md
        echo 'workers = ["worker-1"]' >terraform.tfvars.example
        printf 'kind: Config\\nclusters:\\n- cluster:\\n    server: https://127.0.0.1:6443\\n' >kube.yaml
        """
    private static let registries = """
        mirrors:
          zot.lumie-infra.com:
            endpoint: ["http://ENDPOINT:5000"]

        """
    private static let daemons = """
        apiVersion: apps/v1
        kind: DaemonSet
        metadata: { name: coredns, namespace: kube-system }
        spec:
          selector: { matchLabels: { app: dns } }
          template:
            metadata: { labels: { app: dns } }
            spec: { containers: [{ name: dns, image: "rancher/mirrored-coredns-coredns:1.12.3" }] }

        """
    private static let pinning = """
        recover: 1
        runbook: pin-it
        version: 1.0.0
        title: Pin the desired state
        parameters:
          cluster: { type: cluster }
        steps:
          - id: pin
            title: Pin the desired state
            timeout: 2m
            do: { desired-state: pin, source: cluster.gitops.source }
        recovered:
          - id: end
            title: It is pinned
            within: 3s
            check: { run: ["true"] }

        """

    /// A library with one estate, whose Git holds `variables`.
    private func library(_ folder: String) throws {
        try Disk.makeFolder("\(folder)/snapshots")
        for (from, to) in [("runbooks", ""), ("snapshots/lumie", "snapshots")] {
            _ = try Lab.command("/bin/cp", ["-r", "\(Lab.library)/\(from)", "\(folder)/\(to)"])
        }
        for (path, text) in Self.variables {
            let file = "\(folder)/snapshots/lumie/desired-state/\(path)"
            try Disk.makeFolder(String(file[..<(file.lastIndex(of: "/") ?? file.endIndex)]))
            try Disk.write(file, text)
        }
        try Disk.write("\(folder)/runbooks/pin-it.yaml", Self.pinning)
        try Disk.write("\(folder)/daemons.yaml", Self.daemons)
    }

    /// Lines that are done in the lab, one after the other, to their success.
    private func act(_ lab: Lab, _ lines: String...) throws {
        for line in lines {
            let answer = try lab.enter("set -e\n" + line, seconds: 120)
            try #require(
                answer.ending.isSuccess, "\(line)\n\(answer.output.text)\(answer.error.text)")
        }
    }

    /// What `recover drift` finds: facts that are not the same, and what it read of Git.
    private func drift(_ lab: Lab) throws -> (code: Ending, open: Set<String>, git: JSONValue) {
        let answer = try lab.enter("recover drift lumie --json", seconds: 200)
        let records = answer.output.text.split(separator: "\n").compactMap {
            try? JSONValue(parsing: Array($0.utf8))
        }
        let open = records.compactMap { $0["data"] }.filter {
            $0["verdict"].map { $0 != "same" } ?? false
        }
        let git = records.first { $0["kind"] == "git" }?["data"]
        return (
            answer.ending, Set(open.compactMap { $0["fact"]?.string }),
            try #require(git, "\(answer.output.text)\(answer.error.text)")
        )
    }

    private func mirror(_ node: String, _ endpoint: String) -> String {
        let text = Self.registries.replacing("ENDPOINT", with: endpoint)
        return "ssh \(node) 'mkdir -p /etc/rancher/k3s; cat >/etc/rancher/k3s/registries.yaml' "
            + "<<'END'\n\(text)END"
    }

    /// As Ansible leaves it, and seen like that.
    private func begin(_ lab: Lab, _ folder: String) throws {
        for node in ["k3s-master", "k3s-worker-2", "k3s-worker-3", "k3s-worker-4"] {
            try act(lab, mirror(node, "zot.zot.svc.cluster.local"))
        }
        try act(
            lab, "kubectl delete deployment coredns -n kube-system --ignore-not-found",
            "kubectl apply -f \(folder)/daemons.yaml", "recover snapshot take lumie")
    }

    /// Git is neglected, that is pinned, and then it is mended.
    private func neglectGit(_ lab: Lab) throws {
        let person = "-c user.name=a -c user.email=a@b.invalid"
        let push = "git \(person) commit -qam x && git push -q origin HEAD"
        try act(
            lab, "git clone -q -b main $RECOVER_LAB/desired-state.git work",
            "\(Self.neglected)\ncd ..; git add -A; \(push)", "recover pin-it --cluster lumie",
            "cd work; git revert --no-edit -n HEAD; \(push)")
    }

    /// The living estate goes its own ways; Argo CD is away, or it would mend some of them.
    private func neglectEstate(_ lab: Lab, _ folder: String) throws {
        try act(
            lab, mirror("k3s-worker-2", "10.43.1.1"),
            "ssh k3s-master 'echo tls-san: [10.0.0.99] >>/etc/rancher/k3s/config.yaml'",
            "sed s/DaemonSet/Deployment/ \(folder)/daemons.yaml | kubectl apply -f -",
            "kubectl scale statefulset,deployment --all -n argocd --replicas=0",
            "kubectl delete pods --all -n argocd --wait=true",
            "kubectl patch helmchartconfig traefik -n kube-system --type merge "
                + "-p '{\"spec\":{\"valuesContent\":\"a: b\"}}'",
            "kubectl label node k3s-worker-3 drill/class=other --overwrite",
            "ssh k3s-worker-4 systemctl stop k3s-agent", "kubectl delete node k3s-worker-4",
            "printf '{\"apiVersion\":\"v1\",\"kind\":\"Node\",\"metadata\":{\"name\":\"stranger\"}}' "
                + "| kubectl create -f -")
    }

    /// Every fact that then is not the same.
    private static let contract: Set = [
        "version", "address of k3s-master", "tls-san of k3s-master", "pod-cidr",
        "server of the kubeconfig", "endpoint of the mirror",
        "address in the mirror and of the Service", "form of CoreDNS",
        "values of kube-system/traefik", "Traefik, as desired-state/provision/README.md says",
        "node k3s-worker-4", "k3s-worker-4 label drill/class", "k3s-worker-3 label drill/class",
        "node stranger", "node k3s-worker-1",
    ]

    @Test(.timeLimit(.minutes(10)))
    func `each case of the contract is found in a living estate, by the commit that was pinned`()
        async throws
    {
        let folder = Lab.folder("drift")
        try library(folder)
        let lab = try await Lab("\(folder)/lab", estate: "lumie", library: folder)
        defer {
            lab.end(SIGTERM)
            Lab.wipe(folder)
        }
        try begin(lab, folder)
        let healthy = try drift(lab)
        #expect(healthy.open == [] && healthy.code == .exited(0))
        #expect(healthy.git["basis"] == "newest")
        let told = try lab.enter("recover drift lumie", seconds: 200).output.text
        #expect(told.contains("no run has pinned one, so nobody has verified it"), "\(told)")

        try neglectGit(lab)
        try neglectEstate(lab, folder)
        let found = try drift(lab)
        #expect(found.open == Self.contract && found.code == .exited(4))
        #expect(found.git["basis"] == "pinned" && found.git["run"]?.string != nil)
        #expect(found.git["commit"] != found.git["newest"] && found.git["newest"] != nil)
        #expect(found.git["commit"] != healthy.git["commit"])

        // Without the Git host it is the same: the pinned commit is kept here.
        try act(lab, "mv $RECOVER_LAB/desired-state.git $RECOVER_LAB/gone")
        let alone = try drift(lab)
        #expect(alone.open == found.open && alone.git["commit"] == found.git["commit"])
        #expect(alone.git["newest"] == nil)
        let text = try lab.enter("recover drift lumie", seconds: 200).output.text
        for part in ["pinned by run ", "branch main cannot be read now: "] {
            #expect(text.contains(part), "\(text)")
        }
        // Another journal, which knows of no pin.
        let other = try lab.enter(
            "mkdir other; cp -r state/recover/mirrors other; recover drift lumie --journal $PWD/other",
            seconds: 200)
        #expect(other.output.text.contains("verified last; this journal has no pin"), "\(other)")
    }
}
