import Glibc
import JSON
import Processes
import Testing

/// An estate without a cluster: `recover` as it is shipped, and a kubectl that
/// answers from files. What no lab can be brought to is asked here.
final class Answering: Sendable {
    let folder: String
    let estate: String
    private var answers: String { "\(folder)/answers" }

    /// The UID every cluster here has.
    static let uid = "0a1b2c3d-0000-4000-8000-000000000001"

    /// The shipped estate, with facts of its text replaced, and a binding of `cluster`.
    init(
        _ estate: String, cluster: String, facts: [(String, String)] = [], source: String? = nil
    ) throws {
        self.estate = estate
        folder = try Lab.folder("answering-\(estate)-\(Int.random(in: 0..<1 << 40))")
        let library = try Library("\(folder)/library")
        let path = "\(library.folder)/snapshots/\(estate)/estate.yaml"
        var text = try #require(Files.text(path))
        for (old, new) in facts {
            try #require(text.contains(old), "\(old)")
            text = text.replacing(old, with: new, maxReplacements: 1)
        }
        try Files.write(text, to: path)
        for name in ["bin", "answers", "config", "config/recover", "config/recover/bindings"] {
            try Files.makeFolder("\(folder)/\(name)")
        }
        try Files.write(Self.kubectl(answers), to: "\(folder)/bin/kubectl", mode: 0o755)
        try Files.write("a CA\n", to: "\(folder)/ca.pem")
        try Files.write(
            """
            current-context: c
            contexts: [{ name: c, context: { cluster: c, user: u } }]
            clusters: [{ name: c, cluster: { server: "https://127.0.0.1:6443" } }]
            users: [{ name: u, user: { token: not-a-real-token-7c41 } }]

            """, to: "\(folder)/kubeconfig", mode: 0o600)
        let git = source.map {
            "sources:\n  infra: { url: \"file://\($0)\", branch: main, path: \".\" }\n"
        }
        try Files.write(
            """
            binding: 1
            estate: \(estate)
            clusters:
              \(cluster):
                uid: \(Self.uid)
                ca: \(folder)/ca.pem
                ca-sha256: \(try Self.digest("\(folder)/ca.pem"))
                kubeconfig: \(folder)/kubeconfig
            \(git ?? "")
            """, to: "\(folder)/config/recover/bindings/\(estate).yaml", mode: 0o600)
        try answer("namespace", Self.uid)
        try answer("--raw", #"{"gitVersion":"v1.34.3+k3s1"}"#)
    }

    deinit { Lab.remove(folder) }

    /// It answers a `get` of a kind of thing from the file of that name; it is
    /// slow where a file `KIND.slow` says how many seconds.
    private static func kubectl(_ answers: String) -> String {
        """
        #!/bin/sh
        while [ "$1" != get ]; do shift; done
        kind=$2
        echo "$*" >> \(answers)/asked
        if [ -f "\(answers)/$kind.slow" ]; then exec sleep "$(cat "\(answers)/$kind.slow")"; fi
        if [ -f "\(answers)/$kind.error" ]; then cat "\(answers)/$kind.error" >&2; exit 1; fi
        if [ -f "\(answers)/$kind" ]; then exec cat "\(answers)/$kind"; fi
        echo "error: the server doesn't have a resource type \\"$kind\\"" >&2
        exit 1

        """
    }

    private static func digest(_ path: String) throws -> String {
        let sum = try Command("/usr/bin/sha256sum", [path]).capture(deadline: .seconds(10))
        return String(sum.output.text.prefix(64))
    }

    /// What a `get` of `kind` prints.
    func answer(_ kind: String, _ text: String) throws {
        try Files.write(text, to: "\(answers)/\(kind)")
    }

    /// A list of these objects.
    func answer(_ kind: String, _ objects: JSONValue...) throws {
        try answer(kind, JSONValue.object(["items": .array(objects)]).text)
    }

    /// Every question so far.
    var asked: [Substring] { (Files.text("\(answers)/asked") ?? "").split(separator: "\n") }

    func recover(_ words: String..., seconds: Int = 120) throws -> Answer {
        let environment = [
            "PATH": "\(folder)/bin:/usr/bin:/bin", "HOME": folder,
            "XDG_CONFIG_HOME": "\(folder)/config", "XDG_STATE_HOME": "\(folder)/state",
            "RECOVER_LIBRARY": "\(folder)/library",
        ]
        let captured = try Command(
            try Programs.path("recover"), words, environment: environment
        ).capture(deadline: .seconds(seconds))
        return Answer(
            command: words.joined(separator: " "), ending: captured.ending,
            bytes: captured.output.bytes + captured.error.bytes)
    }
}
