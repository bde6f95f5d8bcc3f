import Processes
import Testing

@testable import LabHosts

@Suite struct StaticPodTests {
    private static let manifest = """
        apiVersion: v1
        kind: Pod
        metadata: { name: etcd }
        spec:
          containers:
          - command: [etcd, --data-dir=/var/lib/etcd, --name=a]
            args: [--name=b]
            image: etcd:1
            volumeMounts:
            - { mountPath: /var/lib/etcd, name: data }
            - { mountPath: /elsewhere, name: none }
          volumes:
          - { name: data, hostPath: { path: /var/lib/etcd-restore } }
        """

    @Test func `a manifest says what runs on which folders`() throws {
        let pod = try #require(StaticPod(Self.manifest))
        #expect(pod.name == "etcd" && pod.image == "etcd:1")
        #expect(pod.command == ["etcd", "--data-dir=/var/lib/etcd", "--name=a", "--name=b"])
        #expect(pod.flag("name") == "b" && pod.flag("nothing") == nil)
        #expect(pod.mounts == ["/var/lib/etcd": "/var/lib/etcd-restore"])
    }

    @Test(arguments: ["", "{", "kind: Service\nmetadata: { name: x }", "kind: Pod"])
    func `what is no pod is none`(_ text: String) { #expect(StaticPod(text) == nil) }

    @Test func `a copy beside it does not count`() {
        let copy = Self.manifest.replacing("etcd:1", with: "etcd:2")
        let pods = StaticPod.all(["etcd.yaml": Self.manifest, "etcd.yaml.bak": copy])
        #expect(pods.count == 1 && pods["etcd"]?.image == "etcd:1")
    }

    @Test func `nobody listens on the loopback all machines share`() {
        let words = Sandbox.etcd([
            "--listen-client-urls=https://127.0.0.1:2379,https://10.0.0.1:2379",
            "--listen-metrics-urls=http://127.0.0.1:2381", "--name=a",
        ])
        #expect(
            words == [
                "--listen-client-urls=https://10.0.0.1:2379", "--name=a",
                "--experimental-peer-skip-client-san-verification", "--unsafe-no-fsync",
            ])
    }

    @Test func `a link leads where the machine sees it lead`() throws {
        let tree = Lab.folder("links")
        defer { Lab.wipe(tree) }
        try Disk.makeFolder("\(tree)/var/lib")
        try Disk.link("\(tree)/var/lib/etcd", to: "/mnt/disk")
        try Disk.link("\(tree)/var/out", to: "../../../../etc")
        try Disk.link("\(tree)/var/round", to: "round")
        #expect(Disk.inside(tree, "/var/lib/etcd/member") == "\(tree)/mnt/disk/member")
        #expect(Disk.inside(tree, "/var/out/passwd") == "\(tree)/etc/passwd")
        #expect(Disk.inside(tree, "/var/round") == "\(tree)/var/round")
        #expect(Disk.inside(tree, "/../a") == "\(tree)/a")
    }
}
