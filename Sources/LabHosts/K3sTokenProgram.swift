import JSON

/// `k3s token …`: the server on this machine answers.
enum K3sTokenProgram {
    /// Runs `k3s token ARGUMENTS`.
    static func run(_ arguments: [String]) -> Int32 {
        guard let world = LineSocket.connect(Sandbox.socket) else {
            return Shim.fail("k3s: the lab's world does not answer", 125)
        }
        defer { world.close() }
        world.send([
            "call": "k3s token", "arguments": .array(arguments.map(JSONValue.string)),
            "kept": .string(Disk.text("/var/lib/rancher/k3s/server/token") ?? ""),
        ])
        guard let answer = world.receive(), let code = answer["exit"]?.int else {
            return Shim.fail("k3s: the machine went away", 125)
        }
        if code == 127 { return K3sProgram.unknown(["token"] + arguments) }
        Shim.print(answer["output"]?.string ?? "", to: 1)
        Shim.print(answer["error"]?.string ?? "", to: 2)
        return Int32(truncatingIfNeeded: code)
    }
}
