import Digest
import Glibc
import JSON
import Testing

@testable import Effects
@testable import Estates

@Suite struct `A kubeconfig of our own` {
    private let workshop: Workshop

    init() throws { workshop = try Workshop() }

    private func write(user: String, digest: String? = nil) throws -> JSONValue {
        let authority = Array("-----BEGIN CERTIFICATE-----\n".utf8)
        let theirs = """
            apiVersion: v1
            kind: Config
            current-context: two
            contexts:
              - { name: one, context: { cluster: c, user: other } }
              - { name: two, context: { cluster: c, user: mine } }
            clusters:
              - { name: c, cluster: { server: "https://evil", insecure-skip-tls-verify: true } }
            users:
              - { name: other, user: { token: wrong } }
              - { name: mine, user: \(user) }
            """
        let path = workshop.path
        #expect(Files.write(authority, to: path + "/ca", mode: 0o600))
        #expect(Files.write(Array(theirs.utf8), to: path + "/theirs", mode: 0o600))
        let binding = Binding.Cluster(
            uid: "u", caPath: path + "/ca", caDigest: digest ?? SHA256.hex(authority),
            kubeconfig: path + "/theirs")
        let secrets = try Kubeconfig.write(
            to: path + "/ours", server: "https://right:6443", binding: binding, cluster: "c")
        #expect(secrets.allSatisfy { user.contains($0) })
        var information = stat()
        #expect(stat(path + "/ours", &information) == 0 && information.st_mode & 0o777 == 0o600)
        return try JSONValue(parsing: try #require(Files.read(path + "/ours")))
    }

    private func refusal(user: String, digest: String? = nil) -> String {
        do {
            _ = try write(user: user, digest: digest)
            return "none"
        } catch { return "\(error)" }
    }

    @Test func `takes nothing of the user's but the credentials of the current context`() throws {
        let config = try write(user: "{ token: right }")
        #expect(config["users"]?[0]?.at("user", "token") == "right")
        let cluster = config["clusters"]?[0]?["cluster"]
        #expect(cluster?.object?.keys.sorted() == ["certificate-authority", "server"])
        #expect(cluster?["server"] == "https://right:6443")
    }

    @Test func `runs no program for credentials`() {
        #expect(refusal(user: "{ exec: { command: aws } }").contains("from a program"))
        #expect(refusal(user: "{ auth-provider: { name: gcp } }").contains("from a program"))
    }

    @Test func `wants the pinned CA`() {
        #expect(
            refusal(user: "{ token: t }", digest: "00").contains(
                "is not the CA the binding pins for c"))
    }

    @Test func `says what is wrong with the user's file`() {
        #expect(refusal(user: "{ token: t").contains("is no kubeconfig"))
    }
}
