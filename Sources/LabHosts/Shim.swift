internal import Glibc
import JSON

/// The programs of a simulated machine that are really this one, under
/// another name: `systemctl`, `systemd-run` and `k3s`.
public enum Shim: String, Sendable {
    case systemctl
    case systemdRun = "systemd-run"
    case k3s

    /// The shim a program of this name is; nil for any other name.
    public init?(program: String) {
        self.init(rawValue: program.split(separator: "/").last.map(String.init) ?? program)
    }

    /// Runs it; returns its exit code.
    public func run(_ arguments: [String]) -> Int32 {
        switch self {
        case .systemctl: ask(arguments)
        case .systemdRun:
            if let command = Shim.missing(arguments) {
                Shim.fail("Failed to find executable \(command): No such file or directory", 1)
            } else {
                ask(Shim.resolved(arguments))
            }
        case .k3s: K3sProgram.run(arguments)
        }
    }

    /// Passes the question on to the world and prints its answer.
    private func ask(_ arguments: [String]) -> Int32 {
        guard let world = LineSocket.connect(Sandbox.socket) else {
            return Shim.fail("\(rawValue): the lab's world does not answer", 125)
        }
        defer { world.close() }
        world.send([
            "call": .string(rawValue), "arguments": .array(arguments.map(JSONValue.string)),
            "pid": .int(Int(getpid())),
        ])
        guard let answer = world.receive(), let code = answer["exit"]?.int else {
            return Shim.fail("\(rawValue): the machine went away", 125)
        }
        Shim.print(answer["output"]?.string ?? "", to: 1)
        Shim.print(answer["error"]?.string ?? "", to: 2)
        return Int32(truncatingIfNeeded: code)
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
