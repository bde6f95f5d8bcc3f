internal import Digest
public import Estates
internal import Glibc
internal import JSON
internal import Processes

/// Asks `recover-reach` for what Git says: fetch, proof, objects, files.
///
/// libgit2 and the network live in that program: it can be killed, has a
/// deadline and a memory limit, and none of the engine's secrets.
public struct Reach: Sendable {
    let reachProgram: String
    let mirrors: String
    let environment: [String: String]
    /// How sources are read, by their names.
    let uses: [String: SourceUse]
    /// Where `ssh-keygen` and `gpgv` are; nil where none is to be trusted.
    let tool: @Sendable (String) -> String?

    /// - Parameters:
    ///   - program: absolute path of recover-reach.
    ///   - mirrors: private folder of the bare mirrors, one for each source.
    ///   - uses: how sources are read, by their names.
    ///   - tool: finds the programs that check signatures, by name.
    public init(
        program: String, mirrors: String, environment: [String: String],
        uses: [String: SourceUse] = [:],
        tool: @escaping @Sendable (String) -> String?
    ) {
        reachProgram = program
        self.mirrors = mirrors
        self.environment = environment
        self.uses = uses
        self.tool = tool
    }

    /// A repository's own mirror: another one under the same name has another,
    /// so what was verified of the one is never taken for the other's.
    func mirror(_ source: Binding.Source, _ name: String) -> String {
        "\(mirrors)/\(name)-\(SHA256.hex(RepositoryName.plain(source.url)).prefix(12))"
    }

    /// The options that name the mirror and what of the source counts.
    func place(_ source: Binding.Source, _ name: String) -> [String] {
        ["--mirror", mirror(source, name), "--\(source.reference.kind)", source.reference.name]
    }

    /// The newest commit of a source's branch, or its tag's, brought into its mirror and not proven.
    public func head(
        of source: Binding.Source, name: String, attempt: String
    ) throws(ReachRefusal) -> Head {
        let access = source.access
        var words =
            ["fetch"] + place(source, name) + [
                "--url", source.url, "--attempt", attempt, "--limit-mib", "\(access.memory)",
                "--limit-objects", "\(access.objects)", "--deadline", "\(access.deadline)",
            ]
        for key in access.hostKeys { words += ["--host-key", key] }
        if let authority = access.authority { words += ["--ca", authority] }
        // The place of a credential, never the credential.
        if let file = access.credentials { words += ["--credentials", file] }
        // It may wait as long for the mirror as for the source.
        let fetched = try call(words, deadline: 2 * access.deadline + 60, agent: true)
        guard let commit = fetched["incoming"]?.string else {
            throw ReachRefusal("GT-FETCH", "no commit came", do: "Look at the source by hand.")
        }
        return Head(commit: commit, committed: fetched["committed"]?.int ?? 0)
    }

    /// Where a source stands.
    public struct Head: Hashable, Sendable {
        public let commit: String
        /// Seconds since 1970, as the committer says.
        public let committed: Int
    }

    /// A commit of a mirror, read by the strictest rules.
    public func commit(
        _ id: String, _ source: Binding.Source, name: String
    ) throws(ReachRefusal) -> CommitObject {
        let bytes = try output(
            ["object", "--mirror", mirror(source, name), "--id", id], window: 2 << 20)
        do throws(ObjectFault) {
            return try CommitObject(bytes)
        } catch {
            throw ReachRefusal(
                "GT-COMMIT", "commit \(id) is malformed: \(error.reason)",
                do: "Find out which program made it; commit again with git on top of it.")
        }
    }

    // MARK: the program

    func call(
        _ arguments: [String], deadline: Int = 120, agent: Bool = false
    ) throws(ReachRefusal) -> JSONValue {
        let bytes = try output(arguments, window: 16 << 20, deadline: deadline, agent: agent)
        guard let answer = try? JSONValue(parsing: bytes) else {
            throw ReachRefusal("GT-REACH", "recover-reach's answer is no JSON", do: "")
        }
        return answer
    }

    /// `deadline` in seconds ends a program whose own has failed; `agent` lets
    /// it ask the ssh agent to sign.
    func output(
        _ arguments: [String], window: Int, deadline: Int = 120, agent: Bool = false
    ) throws(ReachRefusal) -> [UInt8] {
        var environment = environment
        if agent, let socket = getenv("SSH_AUTH_SOCK") {
            environment["SSH_AUTH_SOCK"] = String(cString: socket)
        }
        let command = Command(reachProgram, arguments, environment: environment)
        let captured: Captured
        do {
            captured = try command.capture(deadline: .seconds(deadline), window: window)
        } catch {
            throw ReachRefusal("GT-REACH", error.description, do: "Install recover again.")
        }
        guard captured.ending.isSuccess, captured.output.dropped == 0 else {
            let said = try? JSONValue(parsing: captured.error.bytes)
            throw ReachRefusal(
                said?["code"]?.string ?? "GT-REACH",
                said?["reason"]?.string ?? "recover-reach: \(captured.ending)",
                do: said?["do"]?.string ?? "")
        }
        return captured.output.bytes
    }
}
