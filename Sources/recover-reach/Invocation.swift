/// The parsed command line: a command and its options.
struct Invocation {
    /// The things this program does.
    enum Command: String, CaseIterable {
        case fetch, prove, accept, verified, read, object, export, http, tcp, dns

        /// Options the command cannot do without.
        var required: [String] {
            switch self {
            case .fetch: ["mirror", "url", "attempt"]
            case .prove: ["mirror", "incoming", "last", "path"]
            case .accept: ["mirror", "commit", "attempt"]
            case .verified: ["mirror"]
            case .read, .export: ["mirror", "commit", "path"]
            case .object: ["mirror", "id"]
            case .http: ["url", "deadline-ms"]
            case .tcp: ["address", "port", "deadline-ms"]
            case .dns: ["server", "name", "type", "deadline-ms"]
            }
        }

        /// Options it takes besides.
        var optional: [String] {
            switch self {
            case .fetch:
                [
                    "branch", "tag", "limit-mib", "deadline", "limit-objects", "ca", "host-key",
                    "credentials",
                ]
            case .verified: ["branch", "tag", "limit-mib", "deadline", "commit"]
            case .accept: ["branch", "tag", "limit-mib", "deadline"]
            case .prove, .read, .object, .export: ["limit-mib", "deadline"]
            case .http:
                ["limit-mib", "address", "method", "header", "ca", "cert", "key", "max-bytes"]
            case .tcp: ["limit-mib"]
            case .dns: ["limit-mib", "server-port"]
            }
        }
    }

    /// Options that may be given more than once.
    private static let repeatable: Set = ["header", "host-key"]

    static let usage = """
        recover-reach fetch  --mirror DIR --url URL --branch NAME|--tag NAME --attempt ID
                             URL: file:///PATH, https://HOST/PATH or ssh://USER@HOST/PATH
                             [--ca FILE] [--host-key 'TYPE BASE64']... [--credentials FILE]
                             [--limit-objects N]
        recover-reach prove  --mirror DIR --incoming REF|COMMIT --last COMMIT|none --path PATH
        recover-reach accept --mirror DIR --branch NAME|--tag NAME --commit COMMIT --attempt ID
        recover-reach verified --mirror DIR --branch NAME|--tag NAME [--commit COMMIT]
        recover-reach read   --mirror DIR --commit COMMIT --path FILE
        recover-reach object --mirror DIR --id COMMIT|TAG
        recover-reach export --mirror DIR --commit COMMIT --path PATH

        each with --deadline SECONDS (default 60)

        recover-reach http --url URL [--address IP] [--method GET|HEAD] [--header 'Name: value']...
                           [--ca FILE] [--cert FILE --key FILE] [--max-bytes N] --deadline-ms N
        recover-reach tcp  --address HOST|IP --port N --deadline-ms N
        recover-reach dns  --server IP [--server-port N] --name NAME
                           --type A|AAAA|CNAME|TXT|SRV|NS|MX --deadline-ms N

        all with --limit-mib N (memory and largest file, default 512)

        """

    /// What to do; nil asks for the usage.
    let command: Command?
    private let options: [String: [String]]

    init(parsing arguments: [String]) throws(Refusal) {
        guard let word = arguments.first else { throw Refusal.usage("a command is missing") }
        guard !["help", "--help", "-h"].contains(word) else {
            command = nil
            options = [:]
            return
        }
        guard let command = Command(rawValue: word) else {
            throw Refusal.usage("there is no command '\(word.shown)'")
        }
        var options: [String: [String]] = [:]
        let known = (command.required + command.optional).map { "--" + $0 }
        var rest = arguments.dropFirst()
        while let name = rest.popFirst() {
            guard known.contains(name) else {
                throw Refusal.usage("\(command.rawValue) has no option '\(name.shown)'")
            }
            guard let value = rest.popFirst() else { throw Refusal.usage("\(name) has no value") }
            let option = String(name.dropFirst(2))
            guard options[option] == nil || Self.repeatable.contains(option) else {
                throw Refusal.usage("\(name) is given twice")
            }
            options[option, default: []].append(value)
        }
        let missing = command.required.filter { options[$0] == nil }.map { "--" + $0 }
        guard missing.isEmpty else {
            throw Refusal.usage("\(command.rawValue) needs \(missing.joined(separator: ", "))")
        }
        self.command = command
        self.options = options
    }

    /// The value of a required option.
    subscript(option: String) -> String { value(option) ?? "" }

    /// The value of an option; nil when it is not given.
    func value(_ option: String) -> String? { options[option]?.first }

    /// Every value of an option that may be repeated.
    func values(_ option: String) -> [String] { options[option] ?? [] }

    /// The deadline of a probe.
    func milliseconds() throws(Refusal) -> Int {
        try number("deadline-ms", default: 0, in: 1...3_600_000)
    }

    /// A whole number, `fallback` when the option is not given.
    func number(_ option: String, default fallback: Int, in range: ClosedRange<Int>) throws(Refusal)
        -> Int
    {
        guard let text = value(option) else { return fallback }
        guard let number = Int(text), range.contains(number) else {
            throw Refusal.usage(
                "--\(option) is a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
