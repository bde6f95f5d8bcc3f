extension Shape {
    static let action = Shape(
        "do", "do",
        [
            .may("run", arguments, "A local program."),
            .may("ssh", .mapping("ssh"), "A program on a host."),
            .may("kubectl", .mapping("kubectl"), "kubectl against a cluster."),
            .may("ask", .either([.flag, .mapping("ask")]), "A person does it and confirms."),
            .may("note", .anything, "Nothing but an entry in the journal."),
            .may(
                "desired-state", .words(["pin"]), "Proves and pins the newest commit of 'source'."),
            .may("source", .template, "With desired-state: the source."),
            .may("stdin", .mapping("stdin"), "What it reads."),
        ], choice: ActionDecoder.words)
    static let ask = Shape(
        "ask", "ask", [.must("rekey", .template, "The node whose new host key is taken.")])
    static let ssh = Shape(
        "ssh", "ssh",
        [
            .must("host", .template, "The node."),
            .must("run", arguments, "The program and its arguments."),
        ])
    static let kubectl = Shape(
        "kubectl", "kubectl",
        [.must("at", .template, "The cluster."), .must("run", arguments, "The arguments.")])
    static let argument = Shape(
        "argument", "an argument",
        [
            .may("spread", .path, "As many arguments as the list has elements."),
            .may("json", .anything, "One argument: the value as JSON."),
        ], choice: ["spread", "json"])
    static let stdin = Shape(
        "stdin", "stdin",
        [
            .may("secret", .text, "The bytes of a secret parameter."),
            .may("json", .anything, "A value as JSON."),
            .may("material", .words(["sealing-keys"]), "What the tool makes of a secret."),
            .may("from", .text, "With material: the secret parameter."),
        ], choice: ["secret", "json", "material"])

    static let arguments = Kind.list(.either([.template, .mapping("argument")]))
    static let questionWords = [
        "run", "ssh", "kubectl", "http", "tcp", "dns", "prove", "desired-state", "attempt",
    ]
    static let questions: [Member] = [
        .may("run", arguments, "A local program that only reads."),
        .may("ssh", .mapping("ssh"), "A program on a host that only reads."),
        .may("kubectl", .mapping("kubectl"), "A kubectl verb that only reads."),
        .may("http", .mapping("http"), "GET or HEAD of a URL."),
        .may("tcp", .mapping("tcp"), "Whether a port takes connections."),
        .may("dns", .mapping("dns"), "What exactly this name server says."),
        .may("prove", .words(Proof.names), "What the tool itself knows how to show."),
        .may("with", .mapping("proof-with"), "With prove: whom it is about."),
        .may(
            "desired-state", .words(DesiredStateSubject.allCases.map(\.rawValue)),
            "What a commit means for its cluster, or what came after it."),
        .may("source", .template, "With desired-state: a source of the binding."),
        .may("commit", .template, "With desired-state: the commit."),
        .may("agreed", .template, "With desired-state: lines that are left out, being agreed to."),
        .may(
            "attempt", .either([.flag, .mapping("expect")]), "How this step's last attempt ended."),
    ]
    static let check = Shape(
        "check", "a check",
        questions + [
            .may("all", .list(.mapping("check")), "Holds when every one holds."),
            .may("any", .list(.mapping("check")), "Holds when one holds."),
            .may("not", .mapping("check"), "Holds when it fails."),
            .may("expect", .mapping("expect"), "What the answer must look like."),
        ], choice: CheckDecoder.words)
    static let http = Shape(
        "http", "http",
        [
            .must("url", .template, "http or https."),
            .may("address", .template, "Where to connect instead."),
            .may("method", .words(HTTPQuestion.methods), "GET when left out."),
            .may("headers", .mapping("http-headers"), "Header to text."),
            .may("tls", .template, "A cluster, or an entry of the binding's tls."),
        ])
    static let httpHeaders = Shape("http-headers", "headers", [], others: .template)
    static let tcp = Shape(
        "tcp", "tcp",
        [.must("address", .template, "Host or address."), .must("port", .template, "1 to 65535.")])
    static let dns = Shape(
        "dns", "dns",
        [
            .must("server", .template, "The name server that is asked."),
            .must("name", .template, "The name."),
            .may("type", .words(CheckDecoder.recordTypes), "A when left out."),
        ])
    static let proofWith = Shape(
        "proof-with", "with",
        ["node", "cluster", "from", "file", "token"].map {
            .may($0, .template, "Whom the proof is about.")
        })
}
