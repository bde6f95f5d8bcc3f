internal import Glibc
import JSON

/// The programs of a simulated machine that are really this one, under
/// another name.
public struct Shim: Sendable {
    private let name: String

    /// The shim a program of this name is; nil for any other name.
    public init?(program: String) {
        name = program.split(separator: "/").last.map(String.init) ?? program
        guard NodePrograms.isOurs(name) else { return nil }
    }

    /// Runs it; returns its exit code.
    public func run(_ arguments: [String]) -> Int32 {
        switch name {
        case _ where NodePrograms.refused.contains(name): return Shim.refuse(name, arguments)
        case "systemd-run":
            if let command = Shim.missing(arguments) {
                return Shim.fail(
                    "Failed to find executable \(command): No such file or directory", 1)
            }
            return Shim.ask(name, Shim.resolved(arguments))
        case "k3s": return K3sProgram.run(arguments)
        case "kubectl": return KubectlProgram.run(arguments)
        case "crictl": return CrictlProgram.run(arguments)
        case "ctr": return CtrProgram.run(arguments)
        case "kubelet": return Kubelet.run(arguments)
        case "kubeadm": return KubeadmProgram.run(arguments)
        case "ansible-playbook": return AnsiblePlaybookProgram.run(arguments)
        case "etcdctl": return EtcdctlProgram.run(arguments)
        case "nc": return NetcatProgram.run(arguments)
        default: return Shim.ask(name, arguments)
        }
    }

    /// Says that the lab does not simulate this.
    static func refuse(_ program: String, _ arguments: [String]) -> Int32 {
        let answer = ShimAnswer.unknown(program, arguments)
        print(answer.error, to: 2)
        return Int32(truncatingIfNeeded: answer.exit)
    }

    /// Passes the question on to the world and prints its answer.
    public static func ask(_ program: String, _ arguments: [String]) -> Int32 {
        guard let answer = question(program, arguments), let code = answer["exit"]?.int else {
            return Shim.fail("\(program): the lab's world does not answer", 125)
        }
        // As long as the kernel's own patience; who knows better uses timeout.
        if answer["hangs"]?.bool == true { Background.sleep(60_000) }
        Shim.print(answer["output"]?.string ?? "", to: 1)
        Shim.print(answer["error"]?.string ?? "", to: 2)
        return Int32(truncatingIfNeeded: code)
    }

    /// What the world says to `program ARGUMENTS`; nil when it does not answer.
    static func question(_ program: String, _ arguments: [String]) -> JSONValue? {
        guard let world = LineSocket.connect(Sandbox.socket) else { return nil }
        defer { world.close() }
        world.send([
            "call": .string(program), "arguments": .array(arguments.map(JSONValue.string)),
            "pid": .int(Int(getpid())),
        ])
        return world.receive()
    }

    static func print(_ text: String, to descriptor: Int32) {
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { write(descriptor, $0.baseAddress, $0.count) }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }

    static func fail(_ text: String, _ code: Int32) -> Int32 {
        print("\(text)\n", to: 2)
        return code
    }

    // MARK: the command of systemd-run

    private static func command(_ arguments: [String]) -> String? {
        SystemdRunCall(arguments, fallback: "")?.record.command.first
    }

    private static func place(_ command: String) -> String? {
        if command.hasPrefix("/") { return access(command, X_OK) == 0 ? command : nil }
        let folders = (Tools.environment("PATH") ?? Sandbox.path).split(separator: ":")
        return folders.map { "\($0)/\(command)" }.first { access($0, X_OK) == 0 }
    }

    private static func missing(_ arguments: [String]) -> String? {
        guard let command = command(arguments) else { return nil }
        return place(command) == nil ? command : nil
    }

    /// The arguments with the command's first word as a path.
    private static func resolved(_ arguments: [String]) -> [String] {
        guard let call = SystemdRunCall(arguments, fallback: ""),
            let path = call.record.command.first.flatMap(place)
        else { return arguments }
        var result = arguments
        result[arguments.count - call.record.command.count] = path
        return result
    }
}
