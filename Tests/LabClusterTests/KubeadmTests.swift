import JSON
import Processes
import Testing

@testable import LabCluster

@Suite struct KubeadmTests {
    @Test(arguments: [
        (-5, "<invalid>"), (-1, "0s"), (0, "0s"), (59, "59s"), (60, "1m"), (7200, "2h"),
        (86400 * 364, "364d"), (86400 * 365, "1y"), (86400 * 3649, "9y"),
    ])
    func `a rest of time is told as Kubernetes does`(_ seconds: Int, _ text: String) {
        #expect(KubeadmReport.rest(seconds) == text)
    }

    @Test func `a token is six and sixteen letters`() throws {
        let token = try #require(
            BootstrapToken("abcdef.0123456789abcdef", lasts: 3600, groups: ["a", "b"], note: "n"))
        let read = try #require(BootstrapToken(token.object))
        #expect(read.text == "abcdef.0123456789abcdef" && read.groups == ["a", "b"])
        #expect(read.expires?.seconds == token.expires?.seconds)
        for text in [
            "abcdef", "abcdef.0123", "ABCDEF.0123456789abcdef", "abcdef.0123456789abcdef.x",
        ] {
            #expect(BootstrapToken(text, lasts: nil, groups: []) == nil)
        }
        #expect(BootstrapToken(BootstrapToken.text(), lasts: nil, groups: [])?.expires == nil)
    }

    @Test func `certificates are made once, renewed one by one, and told`() throws {
        let folder = try Folder()
        let plane = ControlPlane(
            root: folder.path, name: "master", address: "10.0.0.1", names: ["10.0.0.2"],
            endpoint: "10.0.0.1:6443")
        let kubeadm = Kubeadm(plane)
        try kubeadm.found()
        let shown = try Command(
            "/usr/bin/openssl",
            ["x509", "-noout", "-in", plane.file("pki/apiserver.crt"), "-ext", "subjectAltName"]
        ).capture(deadline: .seconds(60)).output.text
        #expect(shown.contains("IP Address:10.0.0.2") && shown.contains("DNS:master"))
        let before = try Files.read(plane.file("admin.conf"))
        let key = try Files.read(plane.file("pki/sa.key"))
        try kubeadm.found()
        #expect(try Files.read(plane.file("admin.conf")) == before)
        #expect(try kubeadm.renew("etcd-server") == "certificate for serving etcd renewed\n")
        #expect(try Files.read(plane.file("admin.conf")) == before)
        let all = try #require(try kubeadm.renew("all"))
        #expect(all.split(separator: "\n").count == 12)
        #expect(try Files.read(plane.file("admin.conf")) != before)
        #expect(try Files.read(plane.file("pki/sa.key")) == key)
        #expect(try kubeadm.renew("nothing") == nil)
        Files.remove(plane.file("pki/etcd/peer.crt"))
        let lines = try kubeadm.checkExpiration().split(separator: "\n").map(String.init)
        #expect(lines.count == 16 && lines[7].hasPrefix("!MISSING! etcd-peer"))
        #expect(lines[1].hasPrefix("admin.conf                 ") && lines[1].contains("364d "))
        #expect(lines[13].hasPrefix("ca                      ") && lines[13].hasSuffix("no      "))
    }

    @Test func `a kubelet is believed for its authority and its time`() throws {
        let folder = try Folder()
        func plane(_ name: String) throws -> ControlPlane {
            let plane = ControlPlane(
                root: "\(folder.path)/\(name)", name: "master", address: "10.0.0.1", names: [],
                endpoint: "10.0.0.1:6443")
            try Kubeadm(plane).found()
            return plane
        }
        let (own, other) = (try plane("own"), try plane("other"))
        let kubelet = KubeletCertificate(node: "w1")
        let good = try kubelet.signed(by: own)
        #expect(try KubeletCertificate.refusal(good, by: own) == nil)
        #expect(try KubeletCertificate.refusal(good, by: other) == "Unauthorized")
        let ended = try kubelet.signed(by: own, days: -1)
        #expect(try KubeletCertificate.refusal(ended, by: own) == "Unauthorized")
        #expect(try KubeletCertificate.refusal("", by: own) == "Unauthorized")
        try Kubeadm(own).age(["apiserver"], days: -1)
        let words = KubeletCertificate.complaint(of: own.servingCertificate) ?? ""
        #expect(words.contains("x509: certificate has expired or is not yet valid: current time"))
        #expect(KubeletCertificate.complaint(of: other.servingCertificate) == nil)
    }

    @Test func `a bootstrap token lets in until it ends, and where it was made`() throws {
        let folder = try Folder()
        let cluster = try Cluster(folder.options(), seed: [])
        defer { cluster.stop() }
        let token = try #require(BootstrapToken(lasts: 3600, groups: []))
        let old = try #require(BootstrapToken(lasts: -5, groups: []))
        for token in [token, old] { try cluster.keep(token) }
        #expect(throws: ServerRefusal.self) { try cluster.keep(token) }
        #expect(cluster.admits(token.text) && cluster.admits(cluster.full(token)))
        #expect(!cluster.admits(old.text) && !cluster.admits("\(token.id).0000000000000000"))
        let digest = String(repeating: "0", count: 64)
        #expect(!cluster.admits("K10\(digest)::\(token.text)"))
        #expect(cluster.tokenList(withSecrets: true).contains("\(old.text)   <invalid>"))
        #expect(!cluster.tokenList(withSecrets: false).contains(token.text))
        #expect(try cluster.removeToken(token.text) == token.id)
        #expect(throws: ServerRefusal.self) { try cluster.removeToken(token.id) }
        #expect(!cluster.admits(token.text))
    }
}
