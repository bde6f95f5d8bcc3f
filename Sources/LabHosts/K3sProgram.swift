internal import Digest
internal import Glibc
import JSON

/// The `k3s` of a simulated machine.
enum K3sProgram {
    /// Runs `k3s ARGUMENTS`; returns its exit code.
    static func run(_ arguments: [String]) -> Int32 {
        let rest = Array(arguments.dropFirst())
        switch arguments.first {
        case "--version", "-v":
            let version =
                Disk.text("/run/lab/k3s-version")?.split(separator: "\n").first ?? "unknown"
            Shim.print("k3s version \(version) (lab)\ngo version go0 (simulated)\n", to: 1)
            return 0
        case "kubectl": return KubectlProgram.run(rest)
        case "crictl": return CrictlProgram.run(rest)
        case "ctr": return CtrProgram.run(rest)
        case "agent": return start(arguments, rest, isServer: false)
        case "server": return start(arguments, rest, isServer: true)
        case "token": return K3sTokenProgram.run(rest)
        case "etcd-snapshot", "certificate":
            return K3sQuestion(arguments).run()
        default: return unknown(arguments)
        }
    }

    static func unknown(_ arguments: [String]) -> Int32 {
        let answer = ShimAnswer.unknown("k3s", arguments)
        return Shim.fail(String(answer.error.dropLast()), 127)
    }

    private static func start(_ arguments: [String], _ flags: [String], isServer: Bool) -> Int32 {
        var settings = K3sSettings.onDisk() ?? K3sSettings()
        if settings.take(flags) != nil { return unknown(arguments) }
        settings.take(environment: environment(isServer ? "k3s" : "k3s-agent"))
        guard isServer else { return agent(settings, isServer: false) }
        switch K3sServer(settings).start() {
        case .exited(let code): return code
        case .up(let world):
            defer { world.close() }
            return agent(settings, isServer: true)
        }
    }

    /// The variables of this process; as a unit, also those of the unit's file.
    private static func environment(_ unit: String) -> (String) -> String? {
        let isUnit = Tools.environment("INVOCATION_ID") != nil
        let file = isUnit ? Disk.text("/etc/systemd/system/\(unit).service.env") ?? "" : ""
        let settings = file.split(separator: "\n").reduce(into: [String: String]()) { all, line in
            guard let equals = line.firstIndex(of: "="), !line.hasPrefix("#") else { return }
            all[String(line[..<equals])] =
                line[line.index(after: equals)...].split(separator: "\"").joined()
                .split(separator: "'").joined()
        }
        return { Tools.environment($0) ?? settings[$0] }
    }

    // MARK: agent

    /// Joins, and stays until the world goes away. Like the real one it asks
    /// again and again when it is refused.
    private static func agent(_ settings: K3sSettings, isServer: Bool) -> Int32 {
        guard isServer || settings["server"] != nil else {
            return K3sLog.fatal("--server is required")
        }
        do {
            // Only a start reads registries.yaml.
            try RegistryMirrors.render(
                data: "/var/lib/rancher/k3s",
                fallsBack: !settings.isOn("disable-default-registry-endpoint"))
        } catch {
            return K3sLog.fatal("registries.yaml: \(error)")
        }
        AgentImages.load(data: "/var/lib/rancher/k3s")
        var pauses = Pauses()
        while true {
            guard let token = token(settings, isServer: isServer) else {
                pauses.sleep()
                continue
            }
            guard let world = LineSocket.connect(Sandbox.socket) else {
                return K3sLog.fatal("the lab's world does not answer")
            }
            do {
                let report = report(settings, token: token, password: try password())
                world.send(isServer ? local(report) : report)
            } catch {
                return K3sLog.fatal("\(error)")
            }
            guard let answer = world.receive() else {
                return K3sLog.fatal("the world went away")
            }
            if let refusal = answer["refused"]?.string {
                K3sLog.say("error", "Failed to retrieve agent config: \(refusal)")
                world.close()
                pauses.sleep()
                continue
            }
            do {
                try K3sAgentFiles.write(
                    (answer["files"]?.object ?? [:]).compactMapValues(\.string))
            } catch {
                return K3sLog.fatal("\(error)")
            }
            K3sLog.say("info", "k3s agent is up and running (simulated)")
            K3sAgentFiles.watch(world)
            return 1
        }
    }

    /// The pauses between questions: short ones first, and longer by a quarter each time up to
    /// a second, so that who starts together with its server does not sleep past it.
    private struct Pauses {
        private var next: UInt32 = 50

        mutating func sleep() {
            Background.sleep(next)
            next = min(1000, next * 5 / 4)
        }
    }

    /// A server's agent asks the server beside it.
    private static func local(_ report: JSONValue) -> JSONValue {
        var report = report
        report["server"] = nil
        return report
    }

    private static func token(_ settings: K3sSettings, isServer: Bool) -> String? {
        if !isServer, let token = settings["token"] { return token }
        let file =
            isServer ? "/var/lib/rancher/k3s/server/token" : settings["token-file"] ?? ""
        if let token = Disk.text(file) { return token }
        K3sLog.say("info", "Waiting for \(file.isEmpty ? "a token" : file) to be available")
        return nil
    }

    private static func report(
        _ settings: K3sSettings, token: String, password: String
    ) -> JSONValue {
        func line(_ path: String) -> JSONValue {
            .string((Disk.text(path) ?? "").split(separator: "\n").first.map(String.init) ?? "")
        }
        var report: JSONValue = [
            "call": "agent", "password": .string(password), "machine-id": line("/etc/machine-id"),
            "boot-id": line("/proc/sys/kernel/random/boot_id"),
            "token": .string(token.split(separator: "\n").first.map(String.init) ?? ""),
            "node-label": .array(settings.list("node-label").map(JSONValue.string)),
            "node-taint": .array(settings.list("node-taint").map(JSONValue.string)),
            "node-name": line("/etc/hostname"),
        ]
        for key in ["server", "node-name", "node-ip", "node-external-ip"] {
            if let value = settings[key] { report[key] = .string(value) }
        }
        report["invocation"] = Tools.environment("INVOCATION_ID").map(JSONValue.string)
        return report
    }

    /// The node's own password; made at the first start.
    private static func password() throws(DiskError) -> String {
        let path = "/etc/rancher/node/password"
        if let known = Disk.text(path) {
            return known.split(separator: "\n").first.map(String.init) ?? ""
        }
        let password = SHA256.hexadecimal(Random.bytes(16))
        try Disk.makeFolder("/etc/rancher/node")
        try Disk.write(path, password, mode: 0o600)
        return password
    }
}
