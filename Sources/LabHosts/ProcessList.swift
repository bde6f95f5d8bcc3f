/// What `ps` and `pgrep` show of one machine: the main processes of its units
/// and those that hold its containers. (A session's own processes are real and
/// not among them.)
struct ProcessList {
    /// Process ids, and command lines.
    var processes: [(pid: Int, line: String)]

    init(units: [UnitRecord], containers: [PodContainer]) {
        processes =
            [(1, "/sbin/init")]
            + units.filter { $0.mainPID > 0 }
            .map { ($0.mainPID, $0.command.joined(separator: " ")) }
            + containers.enumerated().map { (100_000 + $0.offset, $0.element.shim) }
    }

    /// Answers `PROGRAM ARGUMENTS`; nil for what is not simulated.
    func answer(_ program: String, _ arguments: [String]) -> ShimAnswer? {
        program == "ps" ? list(arguments) : find(arguments)
    }

    private func list(_ arguments: [String]) -> ShimAnswer? {
        let words = arguments.filter { $0 != "-e" && $0 != "-A" }.joined(separator: " ")
        switch words {
        case "", "-ef", "-f", "aux", "ax", "-o pid,args", "-eo pid,args":
            return ShimAnswer(output: "PID COMMAND\n" + lines.joined())
        case "-o pid= -o args=", "-o pid=,args=", "-eo pid=,args=":
            return ShimAnswer(output: lines.joined())
        case "-o args=", "-eo args=":
            return ShimAnswer(output: processes.map { $0.line + "\n" }.joined())
        default: return nil
        }
    }

    private var lines: [String] { processes.map { "\($0.pid) \($0.line)\n" } }

    private func find(_ arguments: [String]) -> ShimAnswer? {
        let options = arguments.filter { $0.hasPrefix("-") }
        let words = arguments.filter { !$0.hasPrefix("-") }
        guard words.count == 1,
            options.allSatisfy({ ["-f", "-c", "-a", "-l", "-fa"].contains($0) }),
            let pattern = try? Regex(words[0])
        else { return nil }
        let isWhole = options.contains { $0.contains("f") }
        let found = processes.filter { process in
            let program = process.line.split(separator: " ").first?.split(separator: "/").last ?? ""
            return (isWhole ? process.line : String(program)).firstMatch(of: pattern) != nil
        }
        let code = found.isEmpty ? 1 : 0
        if options.contains("-c") { return ShimAnswer(exit: code, output: "\(found.count)\n") }
        let shows = options.contains { $0.contains("a") || $0.contains("l") }
        return ShimAnswer(
            exit: code,
            output: found.map { shows ? "\($0.pid) \($0.line)\n" : "\($0.pid)\n" }.joined())
    }
}
