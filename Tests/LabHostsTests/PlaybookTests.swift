import Glibc
import LabThreads
import Processes
import Testing

@testable import LabHosts

@Suite(.serialized, .onLabThreads) struct PlaybookTests {
    @Test func `a call is read, and what is not known is not`() throws {
        let call = try #require(
            AnsibleCall(["site.yml", "--limit", "masters,w1", "--check", "--diff", "-e", "a_1=b c"])
        )
        #expect(call.playbook == "site.yml" && call.limit == ["masters", "w1"] && call.isCheck)
        #expect(call.variables == ["a_1": "b c"])
        #expect(AnsibleCall(["--limit=a", "-t", "x", "p.yml"])?.tags == ["x"])
        for words in [
            [], ["a.yml", "b.yml"], ["a.yml", "--forks", "3"], ["a.yml", "-l", "!x"],
            ["a.yml", "-e", "@vars.yml"], ["a.yml", "-e", "a;b=c"],
        ] {
            #expect(AnsibleCall(words) == nil, "\(words)")
        }
    }

    private static let playbooks = """
        playbooks:
          - path: ansible/site.yml
            plays:
              - name: Masters
                group: masters
                hosts: [s1]
                tasks:
                  - { name: read the token, register: TOKEN, run: cat /var/lib/rancher/k3s/server/token }
                  - name: start k3s
                    unless: systemctl is-active -q k3s
                    run: systemctl start --no-block k3s && echo "$TOKEN $given" > /root/told
          - path: ansible/fetch.yml
            plays:
              - name: Fetch
                group: masters
                hosts: [s1]
                tasks:
                  - name: fetch
                    fetch: KUBECONFIG
                    run: sed s/127.0.0.1/10.77.0.1/ /etc/rancher/k3s/k3s.yaml
                  - { name: fail, run: "false" }

        """

    @Test(.timeLimit(.minutes(10)))
    func `a playbook does what it does, once, where it may`() async throws {
        let folder = Lab.folder("playbook")
        try SmallEstate.write("\(folder)-library", datastore: "sqlite", servers: 1)
        try Disk.append("\(folder)-library/snapshots/small/lab.yaml", Self.playbooks)
        let lab = try await Lab(folder, estate: "small", library: "\(folder)-library")
        defer {
            lab.end(SIGTERM)
            lab.remove()
            Lab.wipe("\(folder)-library")
        }
        let site = "ansible-playbook infra/ansible/site.yml -e given=word"
        #expect(try lab.enter("ssh s1 systemctl stop k3s").ending.isSuccess)
        let check = try lab.enter("\(site) --limit masters --check --diff").output.text
        #expect(check.contains("TASK [start k3s] ***") && check.contains("\nchanged: [s1]\n"))
        #expect(try !lab.enter("ssh s1 systemctl is-active k3s").ending.isSuccess)
        let first = try lab.enter(site)
        #expect(
            first.ending.isSuccess
                && first.output.text.contains("ok=2    changed=1    unreachable=0"))
        let told = try lab.enter("ssh s1 cat /root/told").output.text
        #expect(told.hasPrefix("K10") && told.hasSuffix(" word\n"))
        #expect(
            try await Lab.waits { try lab.enter("ssh s1 systemctl is-active k3s").ending.isSuccess }
        )
        #expect(try lab.enter(site).output.text.contains("ok=2    changed=0 "))
        let fetched = try lab.enter("rm $KUBECONFIG; ansible-playbook fetch.yml; echo $?").output
            .text
        #expect(fetched.contains("fatal: [s1]: FAILED! =>") && fetched.hasSuffix("\n2\n"))
        #expect(try await Lab.waits { try lab.enter("kubectl get nodes").ending.isSuccess })
        #expect(try lab.enter("ansible-playbook other.yml").ending == .exited(127))
        #expect(try lab.enter("\(site) --limit workers").ending == .exited(1))
        #expect(try lab.run(["power", lab.directory, "s1", "off"]).ending.isSuccess)
        let gone = try lab.enter(site)
        #expect(gone.ending == .exited(4) && gone.output.text.contains("UNREACHABLE!"))
        let node = try lab.run(["power", lab.directory, "s1", "on"])
        #expect(node.ending.isSuccess)
        #expect(try lab.enter("ssh s1 ansible-playbook site.yml").ending == .exited(127))
    }

    /// The master's state is lost, and the estate's own playbooks are all there is: a role
    /// that finds a binary leaves the unit as it is, and workers know the old cluster until
    /// their own role gave them the new token and they started anew.
    @Test(.timeLimit(.minutes(10)))
    func `the roles of lumie leave what is there`() async throws {
        let lab = try await Lab(Lab.folder("roles"), estate: "lumie")
        defer {
            lab.end(SIGTERM)
            lab.remove()
        }
        func on(_ host: String, _ line: String) throws -> Captured {
            try lab.enter("ssh \(host) '\(line)'")
        }
        let (data, unit) = ("/var/lib/rancher/k3s", "/etc/systemd/system/k3s.service")
        let aside = "mv \(data)/server \(data)/server.old; mv \(data)/agent \(data)/agent.old"
        let lost = try on(
            "k3s-master",
            "systemctl stop k3s; \(aside); systemctl disable k3s; echo \"# by hand\" >>\(unit)")
        try #require(lost.ending.isSuccess, "\(lost.error.text)")
        let site = "ansible-playbook provision/ansible/site.yml"
        let masters = try lab.enter("\(site) --limit masters")
        #expect(masters.ending.isSuccess && masters.output.text.contains("changed=1 "))
        #expect(try on("k3s-master", "tail -n 1 \(unit)").output.text == "# by hand\n")
        let token = "test -s \(data)/server/node-token"
        #expect(try await Lab.waits { try on("k3s-master", token).ending.isSuccess })

        // One that runs on, and one that starts anew with what it has.
        func says(_ host: String, _ words: String) async throws -> Bool {
            try await Lab.waits {
                try on(host, "journalctl -u k3s-agent -o cat").output.text.contains(words)
            }
        }
        #expect(try await says("k3s-worker-2", "x509: certificate signed by unknown authority"))
        _ = try on("k3s-worker-3", "systemctl restart --no-block k3s-agent")
        #expect(try await says("k3s-worker-3", "token CA hash does not match"))

        // The role gives them the token, and starts none that runs.
        let workers = try lab.enter("\(site) --limit workers")
        #expect(workers.ending.isSuccess, "\(workers.output.text)")
        for host in ["k3s-worker-2", "k3s-worker-3", "k3s-worker-4"] {
            _ = try on(host, "systemctl restart --no-block k3s-agent")
        }
        _ = try lab.enter("ansible-playbook provision/ansible/playbooks/fetch-kubeconfig.yml")
        let ready = "test $(kubectl get nodes --no-headers | grep -c ' Ready ') = 4"
        #expect(try await Lab.waits { try lab.enter(ready).ending.isSuccess })
    }
}
