/// The parsed command line: a command and its options, each given once.
struct Invocation {
    /// The four things this program does.
    enum Command: String, CaseIterable {
        case fetch, prove, accept, read

        /// Options the command cannot do without.
        var required: [String] {
            switch self {
            case .fetch: ["mirror", "url", "branch", "attempt"]
            case .prove: ["mirror", "incoming", "last", "path"]
            case .accept: ["mirror", "branch", "commit", "attempt"]
            case .read: ["mirror", "commit", "path"]
            }
        }
    }

    /// Options every command takes.
    static let common = ["limit-mib", "deadline"]

    static let usage = """
        recover-reach fetch  --mirror DIR --url file:///PATH --branch NAME --attempt ID
        recover-reach prove  --mirror DIR --incoming REF|COMMIT --last COMMIT|none --path PATH
        recover-reach accept --mirror DIR --branch NAME --commit COMMIT --attempt ID
        recover-reach read   --mirror DIR --commit COMMIT --path FILE

        each with --limit-mib N (memory and largest file, default 512)
              and --deadline SECONDS (default 60)

        """

    /// What to do; nil asks for the usage.
    let command: Command?
    private let options: [String: String]

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
        var options: [String: String] = [:]
        var rest = arguments.dropFirst()
        while let name = rest.popFirst() {
            let known = (command.required + Self.common).map { "--" + $0 }
            guard known.contains(name) else {
                throw Refusal.usage("\(command.rawValue) has no option '\(name.shown)'")
            }
            guard let value = rest.popFirst() else { throw Refusal.usage("\(name) has no value") }
            guard options.updateValue(value, forKey: String(name.dropFirst(2))) == nil else {
                throw Refusal.usage("\(name) is given twice")
            }
        }
        let missing = command.required.filter { options[$0] == nil }.map { "--" + $0 }
        guard missing.isEmpty else {
            throw Refusal.usage("\(command.rawValue) needs \(missing.joined(separator: ", "))")
        }
        self.command = command
        self.options = options
    }

    /// The value of a required option.
    subscript(option: String) -> String { options[option] ?? "" }

    /// A whole number, `fallback` when the option is not given.
    func number(_ option: String, default fallback: Int, in range: ClosedRange<Int>) throws(Refusal)
        -> Int
    {
        guard let text = options[option] else { return fallback }
        guard let number = Int(text), range.contains(number) else {
            throw Refusal.usage(
                "--\(option) is a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
