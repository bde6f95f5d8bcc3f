import JSON

/// The memory of a controller's pod while the lab is down.
struct SealedSecretsMemory: Sendable {
    let path: String

    /// Keeps it; a full disk makes it a controller that started anew.
    func keep(_ process: SealedSecretsProcess) {
        guard let json = try? Self.json(process) else { return }
        try? Files.write(json.utf8, to: path, mode: 0o600)
    }

    /// What was kept of the process in `pod`.
    func process(in pod: JSONValue) -> SealedSecretsProcess? {
        guard let bytes = try? Files.read(path), let kept = try? JSONValue(parsing: bytes),
            kept["pod"]?.string == pod.uid
        else { return nil }
        return SealedSecretsProcess(kept: kept, pod: pod)
    }

    private static func json(_ process: SealedSecretsProcess) throws -> JSONValue {
        let keys = try process.keys.map {
            try $0.pair.secret(name: $0.name, namespace: process.namespace)
        }
        let entries = process.entries.mapValues { entry -> JSONValue in
            [
                "specification": .string(entry.specification), "failures": .int(entry.failures),
                "isOpened": .bool(entry.isOpened),
            ]
        }
        return ["pod": .string(process.pod), "keys": .array(keys), "entries": .object(entries)]
    }
}

extension SealedSecretsProcess {
    /// Whether it holds what `other` does.
    func isSame(as other: SealedSecretsProcess) -> Bool {
        pod == other.pod && entries == other.entries && keys.map(\.name) == other.keys.map(\.name)
    }

    /// The process in `pod` as it was kept; nil if that cannot be read.
    init?(kept: JSONValue, pod: JSONValue) {
        self.init(pod: pod)
        for secret in kept["keys"]?.array ?? [] {
            guard let pair = try? SealingKey(secret: secret) else { return nil }
            register(pair, name: secret.name)
        }
        for (uid, entry) in kept["entries"]?.object ?? [:] {
            entries[uid] = Entry(
                specification: entry["specification"]?.string ?? "",
                failures: entry["failures"]?.int ?? 0, isOpened: entry["isOpened"]?.bool == true)
        }
    }
}
