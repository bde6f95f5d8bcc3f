internal import Glibc

/// `ctr -n k8s.io images ls|export|import|rm`, on the machine's own images.
enum CtrProgram {
    /// Runs `ctr ARGUMENTS`.
    static func run(_ arguments: [String]) -> Int32 {
        var rest = arguments[...]
        if ["-n", "--namespace"].contains(rest.first) {
            guard rest.dropFirst().first == "k8s.io" else { return Shim.refuse("ctr", arguments) }
            rest = rest.dropFirst(2)
        }
        guard ["images", "image", "i"].contains(rest.popFirst()), let verb = rest.popFirst() else {
            return Shim.refuse("ctr", arguments)
        }
        if let complaint = CrictlProgram.containerdComplaint("ctr: failed to dial") {
            return Shim.fail(complaint, 1)
        }
        do {
            let words = Array(rest)
            switch verb {
            case "ls", "list":
                return list(isQuiet: words.contains("-q"), words) ?? unknown(arguments)
            case "export": return try export(words) ?? unknown(arguments)
            case "import" where words.count == 1 && !words[0].hasPrefix("-"):
                for name in try ContentStore(root: "").importArchive(words[0]) {
                    Shim.print("unpacking \(name)...done\n", to: 1)
                }
                return 0
            case "rm", "remove", "delete": return try remove(words) ?? unknown(arguments)
            default: return unknown(arguments)
            }
        } catch {
            return Shim.fail("ctr: \(error)", 1)
        }
    }

    private static func unknown(_ arguments: [String]) -> Int32 { Shim.refuse("ctr", arguments) }

    private static func list(isQuiet: Bool, _ words: [String]) -> Int32? {
        guard words.allSatisfy({ $0 == "-q" }) else { return nil }
        if !isQuiet { Shim.print("REF TYPE DIGEST SIZE PLATFORMS LABELS\n", to: 1) }
        for image in ContentStore(root: "").images {
            let more =
                " \(ContentStore.manifestType) \(image.digest) \(image.size) B "
                + "linux/\(image.architecture) io.cri-containerd.image=managed"
            Shim.print(image.name + (isQuiet ? "" : more) + "\n", to: 1)
        }
        return 0
    }

    private static func export(_ words: [String]) throws -> Int32? {
        var words = words
        var platform: String?
        if words.first == "--platform", words.count > 1 {
            platform = words[1]
            words.removeFirst(2)
        }
        guard words.count >= 2, words.allSatisfy({ !$0.hasPrefix("-") }) else { return nil }
        let store = ContentStore(root: "")
        let images = try words.dropFirst().map { name in
            guard let image = store.image(name) else {
                throw LabFailure("unable to resolve image \"\(name)\": not found")
            }
            guard platform == nil || platform == "linux/\(image.architecture)" else {
                throw LabFailure("no match for platform in manifest \(image.digest): not found")
            }
            return image
        }
        try store.export(images, to: words[0])
        return 0
    }

    private static func remove(_ words: [String]) throws -> Int32? {
        guard !words.isEmpty, words.allSatisfy({ !$0.hasPrefix("-") }) else { return nil }
        for name in words {
            guard try ContentStore(root: "").remove(name) else {
                throw LabFailure("image \"\(name)\": not found")
            }
            Shim.print("\(name)\n", to: 1)
        }
        return 0
    }
}
