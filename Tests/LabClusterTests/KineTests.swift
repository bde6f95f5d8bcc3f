import Digest
import Glibc
import JSON
import Processes
import SQLite
import Testing

@testable import LabCluster

/// A server with SQLite, started over and over on the same folder.
struct KineServer {
    let folder: Folder
    var settings = ServerSettings(nodeName: "s1", address: "127.0.0.1", names: ["s1"])

    init() throws { folder = try Folder() }

    var server: ServerFolder { ServerFolder(path: "\(folder.path)/server") }

    /// A whole start and end; what `body` gives of the running cluster.
    @discardableResult
    func start<Result>(
        seed: [JSONValue] = [], _ body: (Cluster) throws -> Result
    ) throws -> Result {
        let cluster = try Cluster(
            folder.options(), boot: ServerBoot(server, settings), seed: seed)
        defer { cluster.stop() }
        return try body(cluster)
    }

    func text(_ name: String) -> String {
        String(decoding: (try? Files.read(server.file(name))) ?? [], as: UTF8.self)
    }

    func shell(_ line: String) throws {
        let done = try Command("/bin/sh", ["-ec", "cd \(server.path); \(line)"])
            .capture(deadline: .seconds(20))
        #expect(done.ending.isSuccess, "\(done.error.text)")
    }
}

@Suite struct BootstrapTests {
    @Test func `AES-GCM agrees with NIST and sees a flipped bit`() throws {
        let zero = [UInt8](repeating: 0, count: 32)
        let nonce = [UInt8](repeating: 0, count: 12)
        let sealed = try AESGCM.seal([UInt8](repeating: 0, count: 16), key: zero, nonce: nonce)
        #expect(
            SHA256.hexadecimal(sealed)
                == "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919")
        #expect(
            try AESGCM.open(sealed, key: zero, nonce: nonce) == [UInt8](repeating: 0, count: 16))
        var broken = sealed
        broken[3] ^= 1
        #expect(throws: CryptoFailure.self) { try AESGCM.open(broken, key: zero, nonce: nonce) }
    }

    @Test func `a record k3s could have written opens with its token only`() throws {
        let parts = #filePath.split(separator: "/").dropLast()
        let path = "/" + parts.joined(separator: "/") + "/Fixtures/bootstrap-record.txt"
        let value = try #require(try Files.read(path))
        #expect(Bootstrap.key("3f5c9a71test0nly") == "/bootstrap/493fd6cb9755")
        let record = try #require(Bootstrap(sealed: value, password: "3f5c9a71test0nly"))
        #expect(Set(record.files.keys) == Set(Bootstrap.places.keys))
        let authority = String(decoding: record.files["ServerCA"]?.content ?? [], as: UTF8.self)
        #expect(authority.hasPrefix("-----BEGIN CERTIFICATE-----"))
        #expect(Bootstrap(sealed: value, password: "another") == nil)
        let again = Bootstrap(sealed: try record.sealed("new"), password: "new")
        #expect(again == record)
    }

    @Test func `newer files on disk are fatal, older and missing ones are written`() {
        let file = BootstrapFile(content: [1], changed: 1000)
        let record = Bootstrap(files: ["ServerCA": file, "ClientCA": file])
        func judge(_ found: BootstrapFile?, isReset: Bool = false) -> Reconciliation {
            var disk = record
            disk.files["ClientCA"] = found
            return Reconciliation(record: record, disk: disk, isReset: isReset)
        }
        #expect(judge(file) == .same)
        #expect(judge(BootstrapFile(content: [1], changed: 9999)) == .same)
        #expect(judge(nil) == .write)
        #expect(judge(BootstrapFile(content: [2], changed: 1002)) == .write)
        let newer = BootstrapFile(content: [2], changed: 1003)
        #expect(judge(newer) == .newerOnDisk(["tls/client-ca.crt"]))
        #expect(judge(newer, isReset: true) == .write)
    }
}

@Suite struct KineServerTests {
    private let map: JSONValue = [
        "apiVersion": "v1", "kind": "ConfigMap",
        "metadata": ["name": "kept", "namespace": "default"],
    ]

    @Test func `a restored state-db and its token bring the cluster back`() throws {
        let server = try KineServer()
        let before = try server.start { cluster in
            try cluster.put(map)
            return (cluster.uid, cluster.joinToken, cluster.authority.token)
        }
        let authority = server.text("tls/server-ca.crt")
        #expect(server.text("token") == before.1 + "\n")
        let password = JoinToken(before.1).password
        try server.shell("cp db/state.db ../backup; mv db tls cred token ..; mkdir db")
        try server.shell("cp ../backup db/state.db; printf %s \(password) > token")
        try server.start { cluster in
            #expect(cluster.uid == before.0 && cluster.joinToken == before.1)
            #expect(cluster.authority.token == before.2)
            #expect(cluster.object(.configMaps, namespace: "default", name: "kept") != nil)
        }
        #expect(server.text("tls/server-ca.crt") == authority)
    }

    @Test func `a rebuilt server is another cluster`() throws {
        let server = try KineServer()
        let before = try server.start { ($0.uid, $0.joinToken, $0.authority.token) }
        try server.shell("mv db tls cred token ..")
        try server.start { cluster in
            #expect(cluster.uid != before.0 && cluster.joinToken != before.1)
            #expect(cluster.authority.token != before.2)
        }
    }

    @Test func `another token is refused, also where it overrides the kept one`() throws {
        var server = try KineServer()
        let token = try server.start { $0.joinToken }
        server.settings.token = "another"
        let refusal = #expect(throws: ServerRefusal.self) { try server.start { _ in } }
        #expect(
            refusal?.description.contains(
                "bootstrap data already found and encrypted with different token") == true)
        #expect(server.text("token") == token + "\n")
        server.settings.token = JoinToken(token).password
        try server.shell("echo nonsense > token")
        try server.start { #expect($0.joinToken == token) }
        #expect(server.text("token") == token + "\n")
    }

    @Test func `files newer than the datastore are named, and come back when moved aside`() throws {
        let server = try KineServer()
        try server.start { _ in }
        let before = server.text("tls/client-ca.crt")
        try server.shell("cat tls/server-ca.crt > tls/client-ca.crt")
        try server.shell("touch -d '+1 hour' tls/client-ca.crt")
        let refusal = #expect(throws: ServerRefusal.self) { try server.start { _ in } }
        #expect(
            refusal?.description == """
                /var/lib/rancher/k3s/server/tls/client-ca.crt newer than datastore and could \
                cause a cluster outage. Remove the file(s) from disk and restart to be recreated \
                from datastore.
                """)
        try server.shell("mv tls/client-ca.crt ..")
        try server.start { _ in }
        #expect(server.text("tls/client-ca.crt") == before)
    }

    @Test func `a WAL of another database beside a restored file matters`() throws {
        let server = try KineServer()
        try server.start { try $0.put(map) }
        try server.shell("cp db/state.db ../good")
        // The raw copy of a living database lacks what only the log has.
        try server.start { cluster in
            var other = map
            other.set("metadata", "name", to: "late")
            try cluster.put(other)
            try server.shell("cp db/state.db ../raw; cp db/state.db-wal ../raw-wal")
        }
        try server.shell("rm db/*; cp ../raw db/state.db")
        try server.start {
            #expect($0.object(.configMaps, namespace: "default", name: "late") == nil)
        }
        try server.shell("rm db/*; cp ../raw db/state.db; cp ../raw-wal db/state.db-wal")
        try server.start {
            #expect($0.object(.configMaps, namespace: "default", name: "late") != nil)
        }
        // A log another database left behind is read into the restored file.
        let other = try KineServer()
        let log = server.server.file("db/state.db-wal")
        try other.start { _ in try other.shell("cp db/state.db-wal \(log).other") }
        try server.shell("mv db/*.other ../other-wal; rm db/*")
        try server.shell("cp ../good db/state.db; cp ../other-wal db/state.db-wal")
        #expect(throws: ServerRefusal.self) { try server.start { _ in } }
        try server.shell("rm db/*; cp ../good db/state.db")
        try server.start {
            #expect($0.object(.configMaps, namespace: "default", name: "kept") != nil)
            #expect($0.object(.configMaps, namespace: "default", name: "late") == nil)
        }
    }

    @Test func `a damaged file and an unreadable value are refused`() throws {
        let server = try KineServer()
        try server.start { cluster in
            for number in 0..<200 {
                var many = map
                many.set("metadata", "name", to: .string("m\(number)"))
                try cluster.put(many)
            }
        }
        try server.shell("cp db/state.db ../good")
        let noise = "dd if=/dev/urandom bs=4096 count=4 conv=notrunc status=none"
        try server.shell("\(noise) seek=3 of=db/state.db")
        let damaged = #expect(throws: ServerRefusal.self) { try server.start { _ in } }
        #expect(damaged?.description.contains("malformed") == true)
        try server.shell("rm db/*; cp ../good db/state.db")
        let kine = try Kine(path: server.server.file("db/state.db"))
        _ = try kine.commit([
            StoredChange(key: "/registry/secrets/default/x", value: Array("k8s\0\n".utf8))
        ])
        let foreign = #expect(throws: ServerRefusal.self) { try server.start { _ in } }
        #expect(foreign?.description.contains("/registry/secrets/default/x") == true)
    }

    @Test func `a left-over etcd hides the state-db`() throws {
        let server = try KineServer()
        try server.start { try $0.put(map) }
        let boot = ServerBoot(server.server, server.settings)
        #expect(boot.folder.exists("db/state.db") && boot.kind == .sqlite)
        try Files.makeDirectory(server.server.file("db/etcd/member/wal"))
        #expect(boot.kind == .etcd)
        // One that left its cluster has none, and says so itself.
        try server.shell("touch db/etcd/tombstone")
        #expect(boot.kind == .sqlite)
        try server.shell("mv db/etcd ..")
        #expect(boot.kind == .sqlite)
        try server.start {
            #expect($0.object(.configMaps, namespace: "default", name: "kept") != nil)
        }
    }

    @Test func `a long life does not make the file grow`() throws {
        let folder = try Folder()
        let kine = try Kine(path: "\(folder.path)/state.db")
        var last: StoredEntry?
        for number in 1...5 * Kine.kept {
            let value = Array("{\(number)}".utf8)
            let change = StoredChange(key: "/registry/a", value: value, previous: last)
            let revision = try kine.commit([change])[0]
            last = StoredEntry(
                key: "/registry/a", value: value, revision: revision,
                created: last?.created ?? revision)
        }
        let database = try Connection(path: "\(folder.path)/state.db", mode: .readOnly)
        let rows = try database.query("SELECT count(*) FROM kine") { $0.int(0) }
        #expect(rows[0] <= 2 * Kine.kept + 2)
        #expect(try kine.load("/registry/").entries == [try #require(last)])
    }

    @Test func `compaction forgets the past and keeps every living object`() throws {
        let server = try KineServer()
        try server.start { cluster in
            try cluster.put(map)
            var moving = map
            moving.set("metadata", "name", to: "moving")
            for number in 0..<1200 {
                moving.set("data", to: ["n": .string(String(number))])
                try cluster.put(moving)
            }
        }
        let revision = try server.start { $0.world.revision }
        let database = try Connection(path: server.server.file("db/state.db"), mode: .readOnly)
        let rows = try database.query("SELECT count(*) FROM kine") { $0.int(0) }
        #expect(rows[0] < 1100)
        try server.start { cluster in
            #expect(cluster.world.revision == revision)
            #expect(cluster.object(.configMaps, namespace: "default", name: "kept") != nil)
            let moving = cluster.object(.configMaps, namespace: "default", name: "moving")
            #expect(moving?.at("data", "n") == "1199")
        }
    }
}
