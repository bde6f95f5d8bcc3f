import Canary
import Glibc
import Testing

@testable import Effects

/// A canary that sings only when it should.
@Suite struct `The canary` {
    private let secret: [UInt8] = {
        var dice = Dice(31)
        return dice.bytes(32, of: Array("abcdefghijkmnpqrstuvwxyzABCDEFGH23456789".utf8))
    }()

    @Test func `sees a deliberately leaky sink, in every spelling`() {
        let canary = Canary(["planted": secret])
        for (name, text) in Encoders.all(secret) {
            #expect(canary.search(Array("before ".utf8) + text + [0x0A], place: name).count > 0, "\(name)")
        }
    }

    @Test func `sees half a secret, one in broken lines and one escaped twice`() {
        let canary = Canary(["planted": secret])
        #expect(!canary.search(Array(secret.prefix(8)), place: "half").isEmpty)
        #expect(canary.search(Array(secret.prefix(7)), place: "less").isEmpty)
        let text = Spelling.base64(secret, after: 0)
        let lines = text.prefix(5) + [0x0A] + text[5..<12] + [0x0A, 0x20] + text[12...]
        #expect(!canary.search(Array(lines), place: "lines").isEmpty)
        let odd = Array("ab\"cd\\ef\"gh".utf8)
        let twice = Spelling.json(Spelling.json(odd))
        #expect(!Canary(["odd": odd]).search(twice, place: "twice").isEmpty)
    }

    @Test func `says nothing where there is nothing`() {
        var dice = Dice(77)
        let canary = Canary(["planted": secret])
        let noise = dice.bytes(100_000, of: (0...255).map { UInt8($0) })
        #expect(canary.search(noise, place: "noise").isEmpty)
        #expect(canary.search(Exhibits.bytes(Exhibits.key), place: "text").isEmpty)
    }

    @Test func `looks into every file, name and link of a folder`() throws {
        var template = Array("/tmp/effects-tests-XXXXXX".utf8CString)
        let root = try #require(mkdtemp(&template).map { String(cString: $0) })
        let name = String(decoding: secret, as: UTF8.self)
        mkdir(root + "/deep", 0o700)
        let files = ["\(root)/deep/leak", "\(root)/deep/none", "\(root)/\(name)"]
        for (path, bytes) in zip(files, [secret, [0x78], [0x78]]) {
            #expect(Files.write(bytes, to: path, mode: 0o600))
        }
        #expect(symlink(name, "\(root)/link") == 0)
        defer {
            for path in files + ["\(root)/link"] { unlink(path) }
            rmdir("\(root)/deep")
            rmdir(root)
        }
        let (artefacts, found) = Canary(["planted": secret]).search(folders: [root])
        #expect(artefacts == 4)
        let places = Set(found.map(\.place))
        #expect(places == ["\(root)/deep/leak", "the name \(root)/\(name)", "\(root)/link"])
    }

    @Test func `finds nothing of what went through the redactor, and all that did not`() {
        var dice = Dice(41)
        let letters = Array("ABCDEFGHJKMNPQRSTUVWXYZabcdefghkmnpqrstuvwxyz23456789".utf8)
        var secrets: [String: [UInt8]] = [:]
        for index in 0..<12 { secrets["s\(index)"] = dice.bytes(12 + index * 5, of: letters) }
        let redactor = Redactor()
        for (name, bytes) in secrets { redactor.add(bytes, name: name) }
        let canary = Canary(secrets)
        var leaky: [UInt8] = []
        for bytes in secrets.values {
            for (_, text) in Encoders.all(bytes) { leaky += text + [0x0A] }
        }
        #expect(Set(canary.search(leaky, place: "leaky").map(\.secret)) == Set(secrets.keys))
        #expect(canary.search(redactor.redact(leaky), place: "redacted").isEmpty)
    }
}
