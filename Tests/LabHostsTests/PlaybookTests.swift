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
}
