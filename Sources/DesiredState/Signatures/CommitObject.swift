/// A commit as its bytes say it, read by the strictest rules.
///
/// What a signature vouches for is the object without its `gpgsig` header. A
/// lenient reader could be shown one commit and verify another: so every header
/// has its place, none comes twice, and none comes after the signature.
public struct CommitObject: Hashable, Sendable {
    public let tree: String
    public let parents: [String]
    /// Name and address, as the commit says.
    public let author: String
    public let committer: String
    /// Seconds since 1970, as the committer says.
    public let committed: Int
    /// Nil where it bears none.
    public let signature: DetachedSignature?
    /// The bytes the signature is over.
    public let payload: [UInt8]

    /// Reads the content of a commit object.
    public init(_ bytes: [UInt8]) throws(ObjectFault) {
        guard !bytes.contains(0) else { throw ObjectFault("it holds a NUL byte") }
        let (headers, body) = try ObjectHeader.split(bytes)
        var rest = headers[...]
        tree = try Self.take("tree", from: &rest).object()
        var parents: [String] = []
        while rest.first?.name == "parent" {
            parents.append(try Self.take("parent", from: &rest).object())
        }
        self.parents = parents
        author = try Self.take("author", from: &rest).person().name
        (committer, committed) = try Self.take("committer", from: &rest).person()
        signature = try Self.signature(rest)
        let kept = headers.filter { $0.name != "gpgsig" }
        payload = kept.flatMap(\.bytes) + [0x0A] + body
    }

    private static func take(
        _ name: String, from rest: inout ArraySlice<ObjectHeader>
    ) throws(ObjectFault) -> ObjectHeader {
        guard let header = rest.popFirst(), header.name == name else {
            throw ObjectFault("'\(name)' is not where it belongs")
        }
        return header
    }

    /// What follows the committer: each header once, the signature last.
    /// `mergetag` alone may come again, one for each tag that was merged.
    private static func signature(
        _ headers: ArraySlice<ObjectHeader>
    ) throws(ObjectFault) -> DetachedSignature? {
        var names: Set<String> = []
        for header in headers {
            let isFixed = ["tree", "parent", "author", "committer"].contains(header.name)
            guard !isFixed else { throw ObjectFault("a second '\(header.name)', further down") }
            guard names.insert(header.name).inserted || header.name == "mergetag" else {
                let what = header.name == "gpgsig" ? "signatures" : "headers '\(header.name)'"
                throw ObjectFault("two \(what)")
            }
        }
        guard !names.contains("gpgsig-sha256") else {
            throw ObjectFault(
                names.contains("gpgsig") ? "two signatures" : "a signature over another object")
        }
        guard let place = headers.firstIndex(where: { $0.name == "gpgsig" }) else { return nil }
        guard place == headers.indices.last else {
            throw ObjectFault("the header '\(headers[place + 1].name)' stands after the signature")
        }
        return try DetachedSignature(headers[place].value)
    }
}
