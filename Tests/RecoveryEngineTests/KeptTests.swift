import Digest
import JSON
import Testing

@testable import Journal
@testable import RecoveryEngine

/// What of an output stands in its entry.
@Suite struct `An output in the journal` {
    private func kept(_ bytes: [UInt8], room: Bool = true) -> (JSONValue, stored: [UInt8]?) {
        var stored: [UInt8]?
        let json = Kept.json(bytes) { bytes in
            if room { stored = bytes }
            return room ? StoredOutput(digest: SHA256.hex(bytes), bytes: bytes.count) : nil
        }
        return (json, stored)
    }

    @Test func `is text where it is text, and every byte where it is none`() {
        #expect(kept(Array("ok\n".utf8)).0 == "ok\n")
        let all = (0...255).map { UInt8($0) }
        let (json, stored) = kept(all)
        #expect(stored == nil)
        #expect(json["base64"] != nil)
        #expect(Kept.bytes(json) == all)
        #expect(json.isCanonical)
    }

    @Test func `that is long stands beside the journal, its end in the entry`() {
        let long = (0..<100_000).map { UInt8($0 % 251) }
        let (json, stored) = kept(long)
        #expect(stored == long)
        #expect(Kept.isCut(json))
        #expect(Kept.digest(json) == SHA256.hex(long))
        #expect(Kept.bytes(json) == long.suffix(Kept.limit))
        #expect(json["bytes"] == 100_000)
    }

    @Test func `that the disk does not take is said to be cut`() {
        let (json, _) = kept([UInt8](repeating: 0x78, count: 20_000), room: false)
        #expect(json["not-stored"] != nil)
        #expect(Kept.digest(json) == nil)
        #expect(Kept.bytes(json).count == Kept.limit)
    }

    @Test(arguments: ["", "f", "fo", "foo", "foob", "fooba", "foobar"])
    func `goes through base64 and back`(text: String) {
        // RFC 4648, section 10.
        let encoded = ["", "Zg==", "Zm8=", "Zm9v", "Zm9vYg==", "Zm9vYmE=", "Zm9vYmFy"]
        #expect(Base64.text(Array(text.utf8)) == encoded[text.utf8.count])
        #expect(Base64.bytes(encoded[text.utf8.count]) == Array(text.utf8))
    }

    @Test(arguments: ["Zg", "Z===", "Zm9v!", "Zg==Zg=="])
    func `that is no base64 is none`(text: String) { #expect(Base64.bytes(text) == nil) }
}
