import Built
import DesiredState
import Estates
import Glibc
import JSON
import Processes
import RecoveryEngine
import Testing

/// A source repository made by the real git, signers with real keys, and a
/// mirror; removed with the object.
final class Origin {
    let root: String
    var source: String { root + "/source" }

    init() throws {
        let template = try #require(strdup("/tmp/desired-XXXXXX"))
        defer { free(template) }
        try #require(mkdtemp(template) != nil)
        root = String(cString: template)
        mkdir(root + "/mirrors", 0o700)
        mkdir(root + "/gnupg", 0o700)
        try git("init", "--quiet", "--initial-branch=main", source)
        mkdir(source + "/home", 0o700)
    }

    deinit {
        if access(root + "/gnupg/S.gpg-agent", F_OK) == 0 {
            _ = try? run("/usr/bin/gpgconf", ["--kill", "gpg-agent"])
        }
        _ = try? run("/bin/rm", ["-rf", "--", root])
    }

    // MARK: programs

    @discardableResult
    func run(_ program: String, _ arguments: [String], input: [UInt8] = []) throws -> String {
        let captured = try Command(
            program, arguments,
            environment: [
                "PATH": "/usr/bin:/bin", "HOME": root, "GNUPGHOME": root + "/gnupg",
                "GIT_CONFIG_NOSYSTEM": "1", "LC_ALL": "C", "GIT_AUTHOR_NAME": "Ada",
                "GIT_AUTHOR_EMAIL": "ada@example.org", "GIT_COMMITTER_NAME": "Ada",
                "GIT_COMMITTER_EMAIL": "ada@example.org",
            ], input: input
        ).capture(deadline: .seconds(120))
        try #require(
            captured.ending.isSuccess, "\(program) \(arguments): \(captured.error.text)")
        return captured.output.text
    }

    @discardableResult
    func git(_ arguments: String..., input: [UInt8] = []) throws -> String {
        let place = arguments.first == "init" ? [] : ["-C", source]
        return try run("/usr/bin/git", place + arguments, input: input)
            .split(separator: "\n").first.map(String.init) ?? ""
    }

    // MARK: keys

    /// Makes an ssh key and returns its public half, `type base64`.
    func sshKey(_ name: String) throws -> String {
        try run("/usr/bin/ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "\(root)/\(name)"])
        let words = try run("/bin/cat", ["\(root)/\(name).pub"]).split(separator: " ")
        return words.prefix(2).joined(separator: " ")
    }

    /// Makes an OpenPGP key for `address` and returns its fingerprint.
    func openPGPKey(_ address: String, expires: String = "never") throws -> String {
        try run(
            "/usr/bin/gpg",
            [
                "--batch", "--quiet", "--passphrase", "", "--quick-gen-key", address, "ed25519",
                "sign", expires,
            ])
        let listed = try run("/usr/bin/gpg", ["--list-keys", "--with-colons", address])
        let line = try #require(listed.split(separator: "\n").first { $0.hasPrefix("fpr:") })
        return line.split(separator: ":").last.map(String.init) ?? ""
    }

    /// Writes a file only we can write, and returns its path.
    func file(_ name: String, _ text: String, mode: mode_t = 0o600) throws -> String {
        let path = "\(root)/\(name)"
        unlink(path)
        let file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0o600)
        defer { close(file) }
        let bytes = Array(text.utf8)
        try #require(write(file, bytes, bytes.count) == bytes.count)
        chmod(path, mode)
        return path
    }

    // MARK: commits

    /// Commits `text` as a manifest, with `options` such as `-S`.
    @discardableResult
    func commit(
        _ text: String, to path: String = "home/app.yaml", _ options: [String] = [],
        configuration: [String] = []
    ) throws -> String {
        let folder = path.split(separator: "/").dropLast().joined(separator: "/")
        try run("/bin/mkdir", ["-p", "\(source)/\(folder)"])
        _ = try file("source/\(path)", text)
        try git("add", "--all")
        try run(
            "/usr/bin/git",
            ["-C", source] + configuration.flatMap { ["-c", $0] }
                + ["commit", "--quiet", "--allow-empty", "-m", "state"] + options)
        return try git("rev-parse", "HEAD")
    }

    /// Commits with the signature of an ssh key.
    @discardableResult
    func sshCommit(_ text: String, key: String) throws -> String {
        try commit(
            text, ["-S"],
            configuration: ["gpg.format=ssh", "user.signingKey=\(root)/\(key)"])
    }

    /// Commits with the signature of an OpenPGP key.
    @discardableResult
    func openPGPCommit(_ text: String, key: String) throws -> String {
        try commit(text, ["-S\(key)"])
    }

    /// The newest commit with its bytes changed, put in its place.
    @discardableResult
    func rewrite(_ change: (String) -> String) throws -> String {
        let bytes = try run("/usr/bin/git", ["-C", source, "cat-file", "commit", "HEAD"])
        let id = try git(
            "hash-object", "-t", "commit", "-w", "--literally", "--stdin",
            input: Array(change(bytes).utf8))
        try git("update-ref", "refs/heads/main", id)
        return id
    }

    // MARK: what is tested

    /// - Parameter estate: says how the source is read.
    func reach(_ estate: Estate? = nil) throws -> Reach {
        Reach(
            program: try Built.program("recover-reach"), mirrors: root + "/mirrors",
            environment: [:],
            uses: estate?.sourceUses ?? [:],
            tool: { access("/usr/bin/\($0)", X_OK) == 0 ? "/usr/bin/\($0)" : nil })
    }

    func binding(
        _ signers: Binding.Signers? = nil, at reference: SourceReference = .branch("main")
    ) -> Binding.Source {
        Binding.Source(url: "file://" + source, at: reference, path: "home", signers: signers)
    }

    /// The one mirror that was made.
    var mirror: String {
        get throws {
            let names = try run("/bin/ls", [root + "/mirrors"]).split(separator: "\n")
            try #require(names.count == 1, "\(names)")
            return "\(root)/mirrors/\(names[0])"
        }
    }

    func pin(
        _ signers: Binding.Signers? = nil, at reference: SourceReference = .branch("main"),
        last: JSONValue? = nil, attempt: String = "a1"
    ) throws -> Pinning {
        try reach().pin(
            binding(signers, at: reference), name: "state",
            after: pins(last.map { [$0] } ?? [], at: reference), attempt: attempt)
    }

    /// What a journal holds that pinned these, one after the other.
    func pins(_ pinned: [JSONValue], at reference: SourceReference) -> Pins {
        Pins(
            pinned.map { data in
                var data = data
                data["url"] = .string(binding().url)
                if data["tag"] == nil { data[reference.kind] = .string(reference.name) }
                return PinRecord(run: "run-1", pinned: 0, data: data)
            })
    }
}

extension Pinning {
    /// What was pinned; nil when nothing was.
    var facts: JSONValue? {
        if case .pinned(let pin) = self { pin } else { nil }
    }

    /// Why what was found is not to be trusted; nil where that is not the reason.
    var refutation: String? {
        if case .refuted(let why) = self { why } else { nil }
    }
}
