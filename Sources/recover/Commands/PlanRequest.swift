internal import Digest
internal import Effects
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
        let page = Pages.page(of: runbook)
        let reserved = Site.options + Site.approval + Invocation.flags
        if let name = runbook.parameters.map(\.name).first(where: reserved.contains) {
            throw Refusal(
                .refusedInput,
                "RB-RESERVED: '\(runbook.name)' has a parameter '\(name)', "
                    + "which is an option of every command; call it something else")
        }
        var given = invocation.others(than: Site.options + Invocation.flags)
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
            if case .usage(let list) = error {
                throw Refusal(.usage, list.joined(separator: "\n"), page: page)
            }
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
        if let refusal = SecretRule.refusal(bytes) {
            throw Refusal(.refusedInput, "--\(name): \(refusal)")
        }
        return bytes
    }
}
