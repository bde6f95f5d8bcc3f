internal import Glibc
import JSON

/// `crictl`: what the machine's containerd runs and has.
enum CrictlProgram {
    /// Runs `crictl ARGUMENTS`.
    static func run(_ arguments: [String]) -> Int32 {
        let words = Array(arguments.dropFirst())
        guard let verb = arguments.first else { return Shim.refuse("crictl", arguments) }
        if let complaint = containerdComplaint("FATA[0000] validate service connection") {
            return Shim.fail(complaint, 1)
        }
        switch (verb, words.count) {
        case ("ps", _): return ps(words) ?? Shim.refuse("crictl", arguments)
        case ("images", _), ("img", _): return images(words) ?? Shim.refuse("crictl", arguments)
        case ("pull", 1): return pull(words[0])
        case ("inspecti", 1): return inspect(words[0])
        default: return Shim.refuse("crictl", arguments)
        }
    }

    /// What a program that needs containerd says while none runs; nil otherwise.
    static func containerdComplaint(_ start: String) -> String? {
        if Shim.question("containerd", [])?["exit"]?.int == 0 { return nil }
        let socket = "/run/k3s/containerd/containerd.sock"
        return "\(start): dial unix \(socket): connect: no such file or directory"
    }

    private static func ps(_ words: [String]) -> Int32? {
        var rest = words[...]
        var isQuiet = false
        var name: Regex<AnyRegexOutput>?
        while let word = rest.popFirst() {
            switch word {
            case "-a", "--all": break // what ended is gone at once
            case "-q", "--quiet": isQuiet = true
            case "--name":
                guard let text = rest.popFirst(), let regex = try? Regex(text) else { return nil }
                name = regex
            default: return nil
            }
        }
        guard let all = Shim.question("containers", [])?["containers"]?.array else {
            return Shim.fail("crictl: the lab's world does not answer", 125)
        }
        if !isQuiet { Shim.print("CONTAINER IMAGE CREATED STATE NAME ATTEMPT POD ID POD\n", to: 1) }
        for container in all.map(PodContainer.init(json:)) {
            if let name, container.name.firstMatch(of: name) == nil { continue }
            let line =
                "\(container.id) \(container.image) - Running \(container.name) 0 - \(container.pod)"
            Shim.print((isQuiet ? container.id : line) + "\n", to: 1)
        }
        return 0
    }

    private static func images(_ words: [String]) -> Int32? {
        guard words.allSatisfy({ $0 == "-q" }) else { return nil }
        if words.isEmpty { Shim.print("IMAGE TAG IMAGE ID SIZE\n", to: 1) }
        for image in ContentStore(root: "").images {
            let colon = image.name.lastIndex(of: ":") ?? image.name.endIndex
            let tag = image.name[colon...].dropFirst()
            let line =
                "\(image.name[..<colon]) \(tag) \(image.id.dropFirst(7).prefix(13)) \(image.size)B"
            Shim.print((words.isEmpty ? line : image.id) + "\n", to: 1)
        }
        return 0
    }

    /// Whether a registry has it is for the world to say.
    private static func pull(_ name: String) -> Int32 {
        let full = ContentStore.fullName(name)
        let answer = Shim.question("pull", [full])
        guard answer?["exit"]?.int == 0 else {
            let reason = answer?["error"]?.string ?? "the lab's world does not answer\n"
            Shim.print(reason, to: 2)
            return Int32(truncatingIfNeeded: answer?["exit"]?.int ?? 125)
        }
        let id = ContentStore(root: "").image(full)?.id ?? ""
        Shim.print("Image is up to date for \(id)\n", to: 1)
        return 0
    }

    private static func inspect(_ name: String) -> Int32 {
        guard let image = ContentStore(root: "").image(name) else {
            return Shim.fail("FATA[0000] no such image \"\(name)\" present", 1)
        }
        let repository = image.name.split(separator: "@")[0]
        let status: JSONValue = [
            "status": [
                "id": .string(image.id), "repoTags": [.string(image.name)],
                "repoDigests": [
                    .string("\(repository.prefix(upTo: colon(repository)))@\(image.digest)")
                ],
                "size": .string(String(image.size)),
            ]
        ]
        Shim.print(status.text + "\n", to: 1)
        return 0
    }

    /// Where the tag of `name` begins.
    private static func colon(_ name: Substring) -> Substring.Index {
        let slash = name.lastIndex(of: "/") ?? name.startIndex
        return name[slash...].firstIndex(of: ":") ?? name.endIndex
    }
}
