import JSON
import Testing

@testable import recover_reach

@Suite struct ResponseTests {
    private func json(_ body: [UInt8], isTruncated: Bool = false) -> JSONValue {
        HTTPResponse(
            status: 200, headers: [:], body: body, isTruncated: isTruncated, certificate: nil
        ).json
    }

    @Test(arguments: [
        ("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob", "Zm9vYg=="),
        ("fooba", "Zm9vYmE="), ("foobar", "Zm9vYmFy"),
    ])
    func `base64 is that of RFC 4648`(_ text: String, _ encoded: String) {
        #expect(Base64.text(Array(text.utf8)) == encoded)
    }

    @Test func `a body that is not text is base64`() {
        let answer = json([0xFF, 0xFE, 0x00])
        #expect(answer["body-base64"] == "//4A")
        #expect(answer["body"] == nil)
        #expect(json(Array("é".utf8))["body"] == "é")
    }

    @Test func `a character that the limit cut is left out, and no more`() {
        for character in ["é", "€", "😀"] {
            let bytes = Array(character.utf8)
            for count in 1..<bytes.count {
                let cut = Array("ab".utf8) + bytes.prefix(count)
                #expect(json(cut, isTruncated: true)["body"] == "ab")
                #expect(json(cut)["body-base64"] != nil)
            }
        }
        #expect(json([0x61, 0xFF], isTruncated: true)["body"] == "a")
        #expect(json([0xFF, 0x61], isTruncated: true)["body"] == nil)
    }

    @Test func `a moment is written for people`() {
        #expect(Moment.text(1_795_141_739) == "2026-11-20 02:28:59 UTC")
    }
}
