import Testing

@testable import Effects

@Suite struct `A credential nobody told of` {
    private func redact(_ text: String) -> String { Redactor().redact(text) }

    @Test(arguments: Exhibits.shapes.indices) func `is taken out by its shape`(index: Int) {
        let (text, hidden) = Exhibits.shapes[index]
        let seen = redact(text)
        #expect(seen.contains("[redacted:"), "\(seen)")
        for word in hidden { #expect(!seen.contains(word), "\(word) in \(seen)") }
    }

    @Test(arguments: Exhibits.innocent) func `leaves ordinary text alone`(text: String) {
        #expect(redact(text) == text)
    }

    @Test func `leaves what stands around it`() {
        #expect(redact("a\n\(Exhibits.key)\nb") == "a\n[redacted:private-key]\nb")
        #expect(
            redact("GET https://me:pw@host/x HTTP") == "GET https://me:[redacted:url-password]@host/x HTTP")
        #expect(
            redact(Exhibits.json)
                == #"{"apiVersion": "v1", "data": {"password": "[redacted:secret-data]"}, "#
                    + #""kind": "Secret", "type": "Opaque"}"#)
        #expect(redact("Authorization: Bearer x\nnext") == "Authorization: [redacted:header]\nnext")
    }

    @Test func `is called by its name where it has one`() {
        let redactor = Redactor()
        redactor.add(Exhibits.bytes("plantedplantedplanted"), name: "mine")
        #expect(redactor.redact("token: plantedplantedplanted\n") == "token: [redacted:mine]\n")
        #expect(redactor.counts == ["mine": 1])
    }

    @Test func `changes nothing where it has been`() {
        let redactor = Redactor()
        redactor.add(Exhibits.bytes(Exhibits.password), name: "mine")
        for (text, _) in Exhibits.shapes {
            let once = redactor.redact(text + " \(Exhibits.password)")
            #expect(redactor.redact(once) == once)
        }
    }

    @Test func `is found wherever the stream is cut`() {
        let redactor = Redactor()
        redactor.add(Exhibits.bytes(Exhibits.password), name: "mine")
        for (text, _) in Exhibits.shapes {
            let bytes = Exhibits.bytes(text + "\nx \(Exhibits.password) y\n" + text)
            let whole = redactor.redact(bytes)
            for cut in bytes.indices {
                var stream = redactor.stream()
                let parts = stream.append(bytes[..<cut]) + stream.append(bytes[cut...])
                #expect(parts + stream.finish() == whole)
            }
            var stream = redactor.stream()
            #expect(bytes.flatMap { stream.append([$0]) } + stream.finish() == whole)
        }
    }

    @Test func `is found wherever it stands in a line without an end`() {
        for (text, hidden) in Exhibits.shapes where !text.contains("\n") {
            for place in [65_500, 65_520, 65_536, 65_540, 57_340, 57_345, 131_072, 122_870] {
                let line = String(repeating: "x", count: place - 8) + " " + text
                let seen = redact(line + " " + String(repeating: "x", count: 70_000))
                for word in hidden { #expect(!seen.contains(word), "\(word) at \(place)") }
            }
        }
    }

    @Test func `however long it is`() {
        let long = String(repeating: "planted", count: 40_000)
        for text in [
            "token: \(long)", "{\"data\":{\"a\":\"\(long)\"},\"kind\":\"Secret\"}",
            "data:\n  a: \(long)\nkind: Secret", "Authorization: Bearer \(long)",
        ] {
            let seen = redact(text)
            #expect(!seen.contains("planted"), "\(seen.prefix(100))")
            #expect(seen.utf8.count < 200, "\(seen.prefix(400))")
        }
    }
}
