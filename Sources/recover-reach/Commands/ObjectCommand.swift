/// `object`: writes a commit or a tag to standard output, byte for byte: what
/// it says of itself, and what a signature is over.
struct ObjectCommand {
    private let mirror: Mirror
    private let id: ObjectID
    /// More than this is no message a person wrote.
    private static let limit = 1 << 20

    init(_ invocation: Invocation) throws(Refusal) {
        mirror = try Mirror(invocation["mirror"])
        id = try ObjectID.commit(invocation["id"])
    }

    func run(_ library: borrowing GitLibrary) throws(Refusal) {
        let repository = try library.open(mirror)
        let objects = try repository.objects()
        guard let header = try objects.header(id) else {
            throw Refusal(
                "GT-REF", "the mirror has no object \(id)", do: "Fetch it first.", exit: .failed)
        }
        guard header.isCommit || header.isTag else {
            throw Refusal(
                "GT-REF", "\(id) is neither a commit nor a tag",
                do: "Give the id of one.", exit: .refused)
        }
        guard header.bytes <= Self.limit else {
            throw Refusal.limit("\(id) is an object of \(header.bytes) bytes")
        }
        try Output.standard(try objects.content(id))
    }
}
