import JSON

extension AgentJoin {
    /// What the agent on `host` said.
    init(_ json: JSONValue, host: HostDeclaration) {
        func text(_ key: String, _ fallback: String = "") -> String {
            json[key]?.string ?? fallback
        }
        func list(_ key: String) -> [String] { json[key]?.array?.compactMap(\.string) ?? [] }
        self.init(
            host: host.name, nodeName: text("node-name", host.name), server: text("server"),
            token: text("token"), password: text("password"),
            internalAddress: text("node-ip", host.internalAddress),
            externalAddress: text("node-external-ip", host.externalAddress),
            machineID: text("machine-id"), bootID: text("boot-id"), labels: list("node-label"),
            taints: list("node-taint"))
    }
}

extension ShimAnswer {
    /// The answer on its way to the shim.
    var json: JSONValue {
        ["exit": .int(exit), "output": .string(output), "error": .string(error)]
    }
}
