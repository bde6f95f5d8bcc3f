internal import Glibc
import JSON
internal import Processes

/// `ansible-playbook` on the responder's machine: it runs the playbooks the lab
/// has, over the real ssh, and no other.
struct AnsiblePlaybookProgram {
    private let call: AnsibleCall
    private var variables: [String: String]
    private var counts: [String: Counts] = [:]
    /// In the order of the plays.
    private var hosts: [String] = []

    private struct Counts { var ok = 0, changed = 0, unreachable = 0, failed = 0, skipped = 0 }

    private enum Outcome: String { case ok, changed, skipping, unreachable, failed }

    /// Where the lab keeps its playbooks, in the responder's home.
    public static let file = ".ansible/lab-playbooks.json"

    /// Runs `ansible-playbook ARGUMENTS`.
    static func run(_ arguments: [String]) -> Int32 {
        let home = Tools.environment("HOME") ?? ""
        let known = Disk.read("\(home)/\(file)").flatMap { try? JSONValue(parsing: $0) }
        guard let call = AnsibleCall(arguments),
            let playbook = (known?.array ?? []).map(Playbook.init)
                .first(where: { $0.isMeant(by: call.playbook) })
        else { return Shim.refuse("ansible-playbook", arguments) }
        var program = AnsiblePlaybookProgram(call: call)
        return program.run(playbook)
    }

    private init(call: AnsibleCall) {
        self.call = call
        variables = call.variables
    }

    private mutating func run(_ playbook: Playbook) -> Int32 {
        let plays = playbook.plays(call)
        guard plays.contains(where: { !$0.1.isEmpty }) else {
            return Shim.fail(
                "ERROR! Specified inventory, host pattern and/or --limit leaves us with no hosts to "
                    + "target.", 1)
        }
        for (play, hosts) in plays where !hosts.isEmpty {
            title("PLAY [\(play.name)]")
            for host in hosts where counts[host] == nil {
                counts[host] = Counts()
                self.hosts.append(host)
            }
            for task in play.tasks {
                let left = hosts.filter { counts[$0]?.failed == 0 && counts[$0]?.unreachable == 0 }
                if left.isEmpty { break }
                title("TASK [\(task.name)]")
                for host in left { perform(task, host) }
            }
        }
        return recap()
    }

    // MARK: one task

    private mutating func perform(_ task: Playbook.Task, _ host: String) {
        let (outcome, words) = outcome(task, host)
        switch outcome {
        case .ok: counts[host]?.ok += 1
        case .changed:
            counts[host]?.ok += 1
            counts[host]?.changed += 1
        case .skipping: counts[host]?.skipped += 1
        case .unreachable: counts[host]?.unreachable += 1
        case .failed: counts[host]?.failed += 1
        }
        switch outcome {
        case .unreachable, .failed:
            let what: JSONValue =
                outcome == .failed
                ? ["changed": false, "msg": "non-zero return code", "stderr": .string(words)]
                : ["changed": false, "msg": .string(words), "unreachable": true]
            let kind = outcome == .failed ? "FAILED" : "UNREACHABLE"
            Shim.print("fatal: [\(host)]: \(kind)! => \(what.text)\n", to: 1)
        default: Shim.print("\(outcome.rawValue): [\(host)]\n", to: 1)
        }
    }

    private mutating func outcome(_ task: Playbook.Task, _ host: String) -> (Outcome, String) {
        if let test = task.unless {
            let done = ssh(host, test)
            if done.code == 255 { return (.unreachable, done.error) }
            if done.code == 0 { return (.ok, "") }
            if call.isCheck { return (.changed, "") }
        } else if call.isCheck {
            // As of a command: what it would change nobody knows.
            return (.skipping, "")
        }
        let done = ssh(host, task.run)
        if done.code == 255 { return (.unreachable, done.error) }
        guard done.code == 0 else { return (.failed, done.error) }
        let text = done.output.split(separator: "\n", omittingEmptySubsequences: false)
        if let name = task.register {
            variables[name] = text.first.map(String.init) ?? ""
            return (.ok, "")
        }
        if let variable = task.fetch, let path = Tools.environment(variable) {
            do { try Disk.write(path, done.output, mode: 0o600) } catch {
                return (.failed, "\(error)")
            }
        }
        return (.changed, "")
    }

    private func ssh(_ host: String, _ line: String) -> (code: Int, output: String, error: String) {
        let exports = variables.sorted { $0.key < $1.key }.map { name, value in
            let quoted = value.split(separator: "'", omittingEmptySubsequences: false)
                .joined(separator: "'\\''")
            return "export \(name)='\(quoted)'\n"
        }
        var environment: [String: String] = [:]
        for name in ["PATH", "HOME"] { environment[name] = Tools.environment(name) }
        let command = Command(
            "/usr/bin/env",
            ["ssh", "-o", "BatchMode=yes", "-o", "ConnectTimeout=10", host, "sh -s"],
            environment: environment, input: Array((exports.joined() + line + "\n").utf8))
        guard let done = try? command.capture(deadline: .seconds(900)) else {
            return (255, "", "ssh does not start")
        }
        guard case .exited(let code) = done.ending else { return (255, "", "\(done.ending)") }
        return (Int(code), done.output.text, done.error.text)
    }

    // MARK: words

    private func title(_ text: String) {
        Shim.print(
            "\n\(text) " + String(repeating: "*", count: max(3, 79 - text.count)) + "\n", to: 1)
    }

    private func recap() -> Int32 {
        title("PLAY RECAP")
        func cell(_ name: String, _ count: Int) -> String {
            let text = String(count)
            return "\(name)=\(text)" + String(repeating: " ", count: max(0, 4 - text.count))
        }
        for host in hosts {
            let count = counts[host] ?? Counts()
            let cells = [
                cell("ok", count.ok), cell("changed", count.changed),
                cell("unreachable", count.unreachable), cell("failed", count.failed),
                cell("skipped", count.skipped), cell("rescued", 0), cell("ignored", 0),
            ]
            let name = host + String(repeating: " ", count: max(0, 26 - host.count))
            Shim.print("\(name) : \(cells.joined(separator: " "))\n", to: 1)
        }
        Shim.print("\n", to: 1)
        if counts.values.contains(where: { $0.unreachable > 0 }) { return 4 }
        return counts.values.contains { $0.failed > 0 } ? 2 : 0
    }
}
