public import Estates
internal import JSON
internal import Processes
public import RecoveryEngine

/// Asks `recover-reach` for what Git says: fetch, proof, acceptance.
///
/// libgit2 and the network live in that program: it can be killed, has a
/// deadline and a memory limit, and none of the engine's secrets.
public struct Reach: Sendable {
    let program: String
    let mirrors: String
    let environment: [String: String]

    /// - Parameters:
    ///   - program: absolute path of recover-reach.
    ///   - mirrors: private folder of the bare mirrors, one for each source.
    public init(program: String, mirrors: String, environment: [String: String]) {
        self.program = program
        self.mirrors = mirrors
        self.environment = environment
    }

    /// A refusal of recover-reach, in its own words.
    struct Refusal: Error {
        let code: String
        let reason: String
        var isRefuted: Bool { ["GT-ROLLBACK", "GT-TREE", "GT-LIMIT"].contains(code) }
    }

    /// Fetches the branch into `refs/incoming`, proves that its commit descends
    /// from `last` and that its tree is one to read from, and only then moves
    /// it to `refs/verified`.
    public func pin(
        _ source: Binding.Source, name: String, last: String?, attempt: String
    ) -> Pinning {
        let mirror = "\(mirrors)/\(name)"
        do throws(Refusal) {
            let fetched = try call([
                "fetch", "--mirror", mirror, "--url", source.url, "--branch", source.branch,
                "--attempt", attempt,
            ])
            guard let commit = fetched["incoming"]?.string else {
                throw Refusal(code: "GT-FETCH", reason: "no commit")
            }
            let proof = try call([
                "prove", "--mirror", mirror, "--incoming", commit, "--last", last ?? "none",
                "--path", source.path,
            ])
            if proof["descends"] == .bool(false) {
                throw Refusal(
                    code: "GT-ROLLBACK", reason: "\(commit) does not descend from \(last ?? "")")
            }
            _ = try call([
                "accept", "--mirror", mirror, "--branch", source.branch, "--commit", commit,
                "--attempt", attempt,
            ])
            return .pinned([
                "source": .string(name), "url": .string(source.url),
                "branch": .string(source.branch),
                "commit": .string(commit), "tree": proof["tree"] ?? "",
                "descends-from": .string(last ?? "none"),
                "files": .int(proof["files"]?.array?.count ?? 0),
                "committed": fetched["committed"] ?? 0,
            ])
        } catch {
            let words = "\(error.code): \(error.reason)"
            return error.isRefuted ? .refuted(words) : .failed(words)
        }
    }

    func call(_ arguments: [String]) throws(Refusal) -> JSONValue {
        let command = Command(program, arguments, environment: environment)
        let captured: Captured
        do {
            captured = try command.capture(deadline: .seconds(120), window: 16 << 20)
        } catch {
            throw Refusal(code: "GT-REACH", reason: error.description)
        }
        guard captured.ending.isSuccess, let answer = try? JSONValue(parsing: captured.output.bytes)
        else {
            let said = try? JSONValue(parsing: captured.error.bytes)
            throw Refusal(
                code: said?["code"]?.string ?? "GT-REACH",
                reason: said?["reason"]?.string ?? "recover-reach: \(captured.ending)")
        }
        return answer
    }
}
