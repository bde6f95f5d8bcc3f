import DesiredState
import Testing

@Suite struct CommitObjectTests {
    static let armour = ["-----BEGIN SSH SIGNATURE-----", "U1NI", "-----END SSH SIGNATURE-----"]
    static let head = [
        "tree \(String(repeating: "a", count: 40))", "parent \(String(repeating: "b", count: 40))",
        "author Ada <ada@example.org> 1700000000 +0000",
        "committer Bob <bob@example.org> 1700000001 +0100",
    ]
    static let seal = ["gpgsig \(armour[0])"] + armour.dropFirst().map { " \($0)" }

    static func object(_ headers: [String], _ body: String = "state\n") throws(ObjectFault)
        -> CommitObject
    {
        try CommitObject(Array((headers.joined(separator: "\n") + "\n\n" + body).utf8))
    }

    /// Why the object is refused.
    static func fault(_ headers: [String], _ body: String = "state\n") -> String {
        do throws(ObjectFault) {
            _ = try object(headers, body)
            return "none"
        } catch {
            return error.reason
        }
    }

    @Test func `a signature is over the object without its header`() throws {
        let commit = try Self.object(Self.head + ["encoding UTF-8"] + Self.seal)
        #expect(commit.committed == 1_700_000_001)
        #expect(commit.author == "Ada <ada@example.org>")
        #expect(commit.parents.count == 1)
        #expect(commit.signature?.form == .ssh)
        #expect(
            String(decoding: commit.signature?.armour ?? [], as: UTF8.self)
                == Self.armour.joined(separator: "\n") + "\n")
        #expect(
            String(decoding: commit.payload, as: UTF8.self)
                == (Self.head + ["encoding UTF-8"]).joined(separator: "\n") + "\n\nstate\n")
    }

    @Test func `an unsigned commit is its own payload, empty lines behind a signature are none`()
        throws
    {
        let commit = try Self.object(Self.head)
        #expect(commit.signature == nil)
        #expect(
            String(decoding: commit.payload, as: UTF8.self)
                == Self.head.joined(separator: "\n") + "\n\nstate\n")
        #expect(try Self.object(Self.head + Self.seal + [" "]).signature?.form == .ssh)
        let merge = ["mergetag object \(String(repeating: "c", count: 40))", " type commit"]
        #expect(try Self.object(Self.head + merge + merge + Self.seal).signature != nil)
    }

    @Test(arguments: [
        (head + seal + ["encoding UTF-8"], "the header 'encoding' stands after the signature"),
        (
            head + seal + ["parent \(String(repeating: "c", count: 40))"],
            "a second 'parent', further down"
        ),
        (head + seal + seal, "two signatures"),
        (head + ["gpgsig-sha256 \(armour[0])"] + seal, "two signatures"),
        (head + ["gpgsig-sha256 \(armour[0])"], "a signature over another object"),
        (seal + head, "'tree' is not where it belongs"),
        (Array(head.dropFirst()), "'tree' is not where it belongs"),
        ([head[0], head[0]] + head.dropFirst(), "'author' is not where it belongs"),
        (head + ["encoding a", "encoding b"], "two headers 'encoding'"),
        ([" x"] + head, "it begins with a continued line"),
        (head + ["encoding UTF-8\r"], "a carriage return in a header"),
        (head + ["no-value"], "a header without a value"),
        (["tree abc"] + head.dropFirst(), "'tree' names no object"),
        ([head[0], " \(head[1])"] + head.dropFirst(2), "'tree' names no object"),
        (head.dropLast() + ["committer nobody"], "'committer' is no person with a time"),
        (
            head + ["gpgsig -----BEGIN PGP MESSAGE-----", " x", " -----END PGP MESSAGE-----"],
            "its signature is neither ssh's nor OpenPGP's"
        ),
        (head + seal + [" trailing"], "its signature is not one block and nothing else"),
        (
            head + seal + [" \(armour[0])", " x", " \(armour[2])"],
            "its signature is not one block and nothing else"
        ),
    ])
    func `a commit made to mean two things is refused`(_ headers: [String], _ reason: String) {
        #expect(Self.fault(headers) == reason)
    }

    @Test func `a NUL and an object without an end of its headers are refused`() {
        #expect(Self.fault(Self.head, "a\0b") == "it holds a NUL byte")
        #expect(throws: ObjectFault.self) {
            try CommitObject(Array((Self.head.joined(separator: "\n") + "\n").utf8))
        }
    }
}
