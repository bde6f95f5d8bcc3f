internal import Glibc
import JSON

/// A command of k3s the running server, or the world, answers.
struct K3sQuestion {
    private let arguments: [String]

    init(_ arguments: [String]) { self.arguments = arguments }

    /// Asks and prints the answer; returns the exit code.
    func run() -> Int32 {
        var settings = K3sSettings.onDisk() ?? K3sSettings()
        // `k3s etcd-snapshot save --name x`: a command, its verb, names, flags.
        let words = arguments.prefix { !$0.hasPrefix("-") }
        var flags = Array(arguments.dropFirst(words.count))
        var names = Array(words.dropFirst(2))
        while let last = flags.last, !last.hasPrefix("-"), names.isEmpty, flags.count > 2,
            words.last == "delete"
        {
            names.append(last)
            flags.removeLast()
        }
        if settings.take(flags) != nil { return K3sProgram.unknown(arguments) }
        guard let world = LineSocket.connect(Sandbox.socket) else {
            return Shim.fail("k3s: the lab's world does not answer", 125)
        }
        defer { world.close() }
        world.send(question(Array(words.prefix(2)), names, settings))
        guard let answer = world.receive(), let code = answer["exit"]?.int else {
            return Shim.fail("k3s: the machine went away", 125)
        }
        if code == 127 { return K3sProgram.unknown(arguments) }
        Shim.print(answer["output"]?.string ?? "", to: 1)
        Shim.print(answer["error"]?.string ?? "", to: 2)
        return Int32(truncatingIfNeeded: code)
    }

    private func question(
        _ words: [String], _ names: [String], _ settings: K3sSettings
    ) -> JSONValue {
        var question: JSONValue = [
            "call": .string("k3s \(words.joined(separator: " "))"),
            "names": .array(names.map(JSONValue.string)),
            "s3": .bool(settings.isOn("etcd-s3")),
        ]
        for key in [
            "name", "etcd-snapshot-dir", "etcd-snapshot-name", "output", "node-name", "node-ip",
        ] {
            question[key] = settings[key].map(JSONValue.string)
        }
        return question
    }
}
