internal import Glibc
import JSON

/// `fetch`: brings one branch or tag of a source into the mirror, as incoming.
struct FetchCommand {
    private let mirror: Mirror
    private let source: SourceURL
    private let reference: Reference
    private let attempt: String
    private let trust: Trust
    private let bytes: Int
    private let objects: Int

    init(_ invocation: Invocation) throws(Refusal) {
        mirror = try Mirror(invocation["mirror"])
        source = try SourceURL(invocation["url"])
        reference = try Reference(invocation)
        attempt = try RefName.attempt(invocation["attempt"])
        trust = try Trust(invocation, for: source)
        bytes = try Limits(invocation).bytes
        objects = try invocation.number(
            "limit-objects", default: GitLibrary.objectLimit, in: 1...GitLibrary.objectLimit)
    }

    func run(_ library: borrowing GitLibrary) throws(Refusal) {
        if !source.isRemote { try checkFiles() }
        let hold = try mirror.hold(orCreate: true)
        defer { withExtendedLifetime(hold) {} }
        let repository = try library.open(mirror, orCreate: true)
        let incoming = reference.incoming(attempt: attempt)
        // What an earlier try of this attempt left is not this one's answer.
        try repository.delete(incoming)
        let watch = FetchWatch(over: try wire(), bytes: bytes, objects: objects)
        try repository.fetch(source, refspec: "+\(reference.origin):\(incoming)", watch)
        guard let found = try repository.target(of: incoming) else {
            throw Refusal(
                "GT-REF", "\(source.text) has no \(reference.text)",
                do: "Name one the source has.", exit: .failed)
        }
        guard let id = try repository.peeled(found) else {
            throw Refusal(
                "GT-REF", "\(reference.text) of \(source.text) names no commit",
                do: "Name one that does.", exit: .failed)
        }
        // What follows proves a commit, not the tag's own object.
        if id != found { try repository.point(incoming, at: id) }
        let commit = try repository.commit(id)
        try Output.answer([
            "incoming": .string(id.description), reference.json.key: reference.json.value,
            "committed": .int(commit.committed), "author": .string(commit.author),
            "subject": .string(commit.subject),
        ])
    }

    /// What carries the bytes; nil where libgit2 reads the source's files.
    private func wire() throws(Refusal) -> (any Wire)? {
        switch source.transport {
        case .file: nil
        case .https: try HTTPSWire(source, trust)
        case .ssh: SSHWire(source, trust, mirror)
        }
    }

    private func checkFiles() throws(Refusal) {
        guard access(source.path, F_OK) == 0 else {
            throw HTTPSFailure.unreachable(source, "is not there: \(SystemError(code: errno))")
        }
        // libgit2 1.5 fails on a shallow source with "object not found".
        let marks = ["/shallow", "/.git/shallow"].map { source.path + $0 }
        guard marks.contains(where: { access($0, F_OK) == 0 }) else { return }
        throw Refusal(
            "GT-SHALLOW", "\(source.text) is a shallow clone: its history cannot be proven",
            do: "Complete it with git fetch --unshallow, or name a full one.", exit: .failed)
    }
}
