internal import Digest
internal import Glibc
import JSON

/// The `k3s` of a simulated machine.
enum K3sProgram {
    /// Runs `k3s ARGUMENTS`; returns its exit code.
    static func run(_ arguments: [String]) -> Int32 {
        switch arguments.first {
        case "--version", "-v":
            let version =
                Disk.text("/run/lab/k3s-version")?.split(separator: "\n").first ?? "unknown"
            Shim.print("k3s version \(version) (lab)\ngo version go0 (simulated)\n", to: 1)
            return 0
        case "kubectl": return KubectlProgram.run(Array(arguments.dropFirst()))
        case "crictl": return CrictlProgram.run(Array(arguments.dropFirst()))
        case "ctr": return CtrProgram.run(Array(arguments.dropFirst()))
        case "agent" where arguments.count == 1: return agent(isServer: false)
        case "server" where arguments.count == 1: return server()
        default:
            let answer = ShimAnswer.unknown("k3s", arguments)
            return Shim.fail(String(answer.error.dropLast()), 127)
        }
    }

    // MARK: server

    /// Opens the cluster's API, then runs an agent of its own, as k3s does.
    private static func server() -> Int32 {
        guard let world = LineSocket.connect(Sandbox.socket) else {
            return Shim.fail("no world", 125)
        }
        world.send(["call": "server"])
        guard let answer = world.receive() else { return Shim.fail("the world went away", 1) }
        if let refusal = answer["refused"]?.string { return log("fatal", refusal, 1) }
        return agent(isServer: true)
    }

    // MARK: agent

    /// Joins, and stays until the world goes away. Like the real one it asks
    /// again and again when it is refused.
    private static func agent(isServer: Bool) -> Int32 {
        guard let file = Disk.text("/etc/rancher/k3s/config.yaml") else {
            return log("fatal", "no /etc/rancher/k3s/config.yaml", 1)
        }
        let settings = K3sSettings(file)
        guard isServer || settings["server"] != nil else {
            return log("fatal", "--server is required", 1)
        }
        let tokenFile = isServer ? "/var/lib/rancher/k3s/server/token" : settings["token-file"]
        guard let tokenFile else { return log("fatal", "--token is required", 1) }
        while true {
            guard let token = Disk.text(tokenFile) else {
                _ = log("info", "Waiting for \(tokenFile) to be available", 0)
                Background.sleep(1000)
                continue
            }
            guard let world = LineSocket.connect(Sandbox.socket) else {
                return log("fatal", "the lab's world does not answer", 1)
            }
            do {
                world.send(report(settings, token: token, password: try password()))
            } catch {
                return log("fatal", "\(error)", 1)
            }
            guard let answer = world.receive() else {
                return log("fatal", "the world went away", 1)
            }
            if let refusal = answer["refused"]?.string {
                _ = log("error", "Failed to retrieve agent config: \(refusal)", 0)
                world.close()
                Background.sleep(1000)
                continue
            }
            _ = log("info", "k3s agent is up and running (simulated)", 0)
            while world.receive() != nil {}
            return 1
        }
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

    private static func log(_ level: String, _ text: String, _ code: Int32) -> Int32 {
        Shim.fail("level=\(level) msg=\"\(text)\"", code)
    }
}
