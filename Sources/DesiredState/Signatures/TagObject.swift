/// An annotated tag as its bytes say it, read as strictly as a commit.
public struct TagObject: Hashable, Sendable {
    /// The commit it names.
    public let commit: String
    /// What it calls itself. A tag that was signed as `v1` and lies under `v2`
    /// is another one's.
    public let name: String
    /// Seconds since 1970, as the tagger says.
    public let tagged: Int
    /// Nil where it bears none.
    public let signature: DetachedSignature?
    /// The bytes the signature is over.
    public let payload: [UInt8]

    /// Reads the content of a tag object.
    public init(_ bytes: [UInt8]) throws(ObjectFault) {
        guard !bytes.contains(0) else { throw ObjectFault("it holds a NUL byte") }
        let (headers, body) = try ObjectHeader.split(bytes)
        guard headers.map(\.name) == ["object", "type", "tag", "tagger"] else {
            throw ObjectFault("its headers are not object, type, tag and tagger")
        }
        commit = try headers[0].object()
        guard try headers[1].line() == "commit" else { throw ObjectFault("it names no commit") }
        name = try headers[2].line()
        tagged = try headers[3].person().seconds
        guard let start = try DetachedSignature.start(in: body) else {
            signature = nil
            payload = bytes
            return
        }
        signature = try DetachedSignature(Array(body[start...]))
        payload = Array(bytes[..<start])
    }
}
