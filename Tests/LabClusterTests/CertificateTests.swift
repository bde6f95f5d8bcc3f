import Digest
import Processes
import Testing

@testable import LabCluster

@Suite struct CertificateTests {
    @Test func `openssl believes what was signed, for its names and in its time`() throws {
        let folder = try Folder()
        let (authority, leaf) = ("\(folder.path)/ca", "\(folder.path)/leaf")
        func openssl(_ arguments: String...) throws -> Captured {
            try Command("/usr/bin/openssl", arguments).capture(deadline: .seconds(60))
        }
        func verify(_ more: String...) throws -> String {
            let done = try Command(
                "/usr/bin/openssl",
                ["verify", "-x509_strict", "-CAfile", "\(authority).crt"] + more + ["\(leaf).crt"]
            ).capture(deadline: .seconds(60))
            return done.output.text + done.error.text
        }
        try CertificateFiles.make(
            CertificateRequest(subject: "/CN=test-ca@1", days: 3650), at: authority)
        var request = CertificateRequest(
            subject: "/O=system:masters/CN=system:admin", usages: ["serverAuth", "clientAuth"],
            names: ["IP:10.0.0.1", "IP:fd00::1", "DNS:kubernetes.default"])
        try CertificateFiles.make(request, at: leaf, authority: authority)
        for name in ["-verify_ip 10.0.0.1", "-verify_ip fd00::1"] {
            let words = name.split(separator: " ").map(String.init)
            #expect(try verify(words[0], words[1], "-purpose", "sslserver").hasSuffix(": OK\n"))
        }
        #expect(try verify("-verify_hostname", "kubernetes.default").hasSuffix(": OK\n"))
        #expect(try verify("-verify_hostname", "other").contains("hostname mismatch"))
        #expect(
            try openssl("x509", "-noout", "-subject", "-in", "\(leaf).crt").output.text
                == "subject=O = system:masters, CN = system:admin\n")
        #expect(try openssl("pkey", "-noout", "-check", "-in", "\(leaf).key").ending.isSuccess)
        let read = try CertificateFiles.read(leaf)
        #expect(read.certificate.commonName == "system:admin")
        #expect(read.certificate.issuerName == "test-ca@1")
        #expect(read.certificate.hostNames == ["kubernetes.default"])
        #expect(read.certificate.isSigned(by: try CertificateFiles.read(authority).certificate))
        #expect(!read.certificate.isSigned(by: read.certificate))
        request = CertificateRequest(subject: "/CN=old", usages: ["serverAuth"], days: -1)
        try CertificateFiles.make(request, at: leaf, authority: authority)
        #expect(try verify().contains("certificate has expired"))
        #expect(try verify("-no_check_time").hasSuffix(": OK\n"))
    }

    @Test func `a start renews what ends within 120 days, and nothing else`() throws {
        let server = try KineServer()
        let boot = ServerBoot(server.server, server.settings)
        try server.start { _ in }
        let (authority, old) = (
            server.text("tls/server-ca.crt"), server.text("tls/client-admin.crt")
        )
        try boot.age(days: 121)
        let young = server.text("tls/client-admin.crt")
        #expect(young != old)
        try server.start { _ in }
        #expect(server.text("tls/client-admin.crt") == young)
        try boot.age(days: 119)
        let ending = try CertificateReport(of: server.server)
        #expect(ending.rows.filter { ending.status($0) == "WARNING" }.count == 13)
        try server.start { _ in }
        try boot.age(days: -1)
        let ended = try CertificateReport(of: server.server)
        #expect(ended.rows.filter { ended.status($0) == "EXPIRED" }.count == 13)
        #expect(ended.table.contains("client-admin.crt                  system:admin"))
        try server.start { _ in }
        let fresh = try CertificateReport(of: server.server)
        #expect(fresh.rows.count == 18 && fresh.rows.allSatisfy { fresh.status($0) == "OK" })
        #expect(server.text("tls/server-ca.crt") == authority)
    }

    @Test func `rotate keeps a copy and the authorities, and the next start makes the rest`() throws
    {
        let server = try KineServer()
        try server.start { _ in }
        let (authority, old) = (
            server.text("tls/server-ca.crt"), server.text("tls/client-admin.crt")
        )
        let copy = try ServerBoot(server.server, server.settings).rotateCertificates()
        #expect(copy.hasPrefix("/var/lib/rancher/k3s/server/tls-"))
        #expect(server.text("tls/client-admin.crt").isEmpty)
        try server.start { _ in }
        let new = server.text("tls/client-admin.crt")
        #expect(!new.isEmpty && new != old && server.text("tls/server-ca.crt") == authority)
    }

    @Test func `an API with an ended certificate is not trusted`() throws {
        let server = try KineServer()
        let boot = ServerBoot(server.server, server.settings)
        try server.start { cluster in
            try boot.age(days: -1)
            try cluster.open(boot, on: ["127.0.0.1"])
            let path = "\(server.folder.path)/kubeconfig"
            try cluster.kubeconfig(path: path)
            let got = try Command(
                "/usr/bin/kubectl", ["get", "nodes"],
                environment: ["KUBECONFIG": path, "HOME": server.folder.path]
            ).capture(deadline: .seconds(30))
            #expect(!got.ending.isSuccess)
            #expect(got.error.text.contains("certificate has expired or is not yet valid"))
        }
    }

    @Test func `what is left is told in k3s's words`() {
        let day = 86400
        let row = CertificateReport.Row(
            file: "a.crt", subject: "system:admin", usages: "ClientAuth", expires: 1_800_000_000)
        let report = CertificateReport(rows: [row], now: 1_800_000_000 - 90 * day)
        #expect(
            report.table == """

                FILENAME   SUBJECT        USAGES       EXPIRES                  RESIDUAL TIME   STATUS
                --------   -------        ------       -------                  -------------   ------
                a.crt      system:admin   ClientAuth   Jan 15, 2027 08:00 UTC   3 months        WARNING

                """)
        #expect(CertificateReport.distance(365 * day) == "1 year ")
        #expect(CertificateReport.distance(3650 * day) == "10 years ")
        #expect(CertificateReport.distance(13 * day) == "1 week ")
    }
}
