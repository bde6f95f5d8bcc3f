import Processes
import Testing

@testable import LabCluster

@Suite struct CertificateTests {
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
