internal import Glibc
import JSON

/// `verified`: says which commit of a branch or tag was accepted last, and when; or
/// that another one is here. Nobody is asked but the mirror.
struct VerifiedCommand {
    private let mirror: Mirror
    private let reference: Reference
    private let wanted: ObjectID?

    init(_ invocation: Invocation) throws(Refusal) {
        mirror = try Mirror(invocation["mirror"])
        reference = try Reference(invocation)
        wanted = try invocation.value("commit").map { (text) throws(Refusal) in
            try ObjectID.commit(text)
        }
    }

    func run(_ library: borrowing GitLibrary) throws(Refusal) {
        let repository = try library.open(mirror)
        var found = wanted
        if found == nil { found = try repository.target(of: reference.verified) }
        guard let id = found else {
            throw Refusal(
                "GT-REF", "no commit of \(reference.text) was ever verified here",
                do: "Bring the source back, then fetch and prove it.", exit: .failed)
        }
        let commit = try repository.commit(id)
        var status = stat()
        let isKnown = stat("\(mirror.path)/\(reference.verified)", &status) == 0
        try Output.answer([
            "commit": .string(id.description), "committed": .int(commit.committed),
            "author": .string(commit.author), "subject": .string(commit.subject),
            "verified": .int(isKnown ? Int(status.st_mtim.tv_sec) : 0),
        ])
    }
}
