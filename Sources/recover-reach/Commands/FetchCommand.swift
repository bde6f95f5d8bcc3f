internal import Glibc
import JSON

/// `fetch`: brings one branch of a source into the mirror, as incoming.
struct FetchCommand {
    private let mirror: Mirror
    private let source: SourceURL
    private let branch: String
    private let attempt: String
    private let limit: Int

    init(_ invocation: Invocation) throws(Refusal) {
        mirror = try Mirror(invocation["mirror"])
        source = try SourceURL(invocation["url"])
        branch = try RefName.branch(invocation["branch"])
        attempt = try RefName.attempt(invocation["attempt"])
        limit = try Limits(invocation).bytes
    }

    func run(_ library: borrowing GitLibrary) throws(Refusal) {
        try refuseShallow()
        let repository = try library.open(mirror, orCreate: true)
        let reference = RefName.incoming(attempt: attempt, branch: branch)
        // What an earlier try of this attempt left is not this one's answer.
        try repository.delete(reference)
        try repository.fetch(source, refspec: "+refs/heads/\(branch):\(reference)", limit: limit)
        guard let id = try repository.target(of: reference) else {
            throw Refusal(
                "GT-REF", "\(source.text) has no branch \(branch)",
                do: "Name a branch the source has.", exit: .failed)
        }
        let commit = try repository.commit(id)
        try Output.answer([
            "incoming": .string(id.description), "branch": .string(branch),
            "committed": .int(commit.committed), "author": .string(commit.author),
            "subject": .string(commit.subject),
        ])
    }

    /// libgit2 1.5 fails on a shallow source with "object not found".
    private func refuseShallow() throws(Refusal) {
        let marks = ["/shallow", "/.git/shallow"].map { source.path + $0 }
        guard marks.contains(where: { access($0, F_OK) == 0 }) else { return }
        throw Refusal(
            "GT-SHALLOW", "\(source.text) is a shallow clone: its history cannot be proven",
            do: "Complete it with git fetch --unshallow, or name a full one.", exit: .failed)
    }
}
