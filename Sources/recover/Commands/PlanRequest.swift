internal import Digest
internal import Estates
internal import RecoveryEngine
internal import Runbooks
internal import YAML

/// A runbook, an estate and arguments, as the command line gave them; the plan.
struct PlanRequest {
    let choice: EstateChoice
    let plan: Plan
    /// Name of a secret parameter to its bytes.
    let secrets: [String: [UInt8]]

    init(_ name: String, _ invocation: Invocation, _ site: Site) throws(Refusal) {
        choice = try EstateChoice(site, invocation["estate"])
        let runbook: Runbook
        do {
            runbook = try site.runbooks.runbook(name)
        } catch {
            throw Refusal(error)
        }
        guard !CommandTable.words.contains(runbook.name) else {
            throw Refusal(
                .refusedInput, "'\(runbook.name)' is a command; a runbook cannot be called so")
        }
        var given = invocation.others(than: Site.options)
        var secrets: [String: [UInt8]] = [:]
        for parameter in runbook.parameters where parameter.type == .secret {
            guard let path = given[parameter.name] ?? choice.binding?.secrets[parameter.name] else {
                continue
            }
            let bytes = try SecretFile.read(path, parameter.name)
            secrets[parameter.name] = bytes
            given[parameter.name] = SHA256.hex(bytes)
        }
        self.secrets = secrets
        let planner = Planner(library: site.runbooks, estate: choice.estate)
        do {
            plan = try planner.plan(runbook, Planner.Arguments(given: given))
        } catch {
            throw Refusal(error)
        }
    }
}

/// Secrets come from files, never from the command line.
enum SecretFile {
    static func read(_ path: String, _ name: String) throws(Refusal) -> [UInt8] {
        let bytes: [UInt8]
        do {
            bytes = try SourceFile.read(path: path)
        } catch {
            throw Refusal(.refusedInput, "--\(name) is the file that holds it: \(error)")
        }
        guard bytes.count >= 8 else {
            throw Refusal(
                .refusedInput,
                "--\(name): a secret of fewer than 8 bytes cannot be kept out of records")
        }
        return bytes
    }
}
