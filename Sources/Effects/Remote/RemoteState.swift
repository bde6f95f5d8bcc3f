internal import RecoveryEngine

/// What a host says of an attempt, in systemd's words.
struct RemoteState {
    private var values: [String: String] = [:]

    /// Takes `Key=value` lines.
    init(_ lines: some Sequence<Substring>) {
        for line in lines {
            let pair = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { values[String(pair[0])] = String(pair[1]) }
        }
    }

    /// The host's boot id, now.
    var boot: String? { values["Boot"] }
    var isLoaded: Bool { values["LoadState"] == "loaded" }
    /// There is nothing of it, or there is no longer.
    var isUnknown: Bool { values["LoadState"] == "not-found" }
    var subState: String { values["SubState"] ?? "" }
    /// Its start was asked for; a name that was only taken has none.
    var hasFiles: Bool { values["Files"] == "yes" }

    /// The end of its process, if it ended. ExecMainCode is CLD_EXITED (1),
    /// CLD_KILLED (2) or CLD_DUMPED (3).
    var exit: Exit? {
        // It failed before its program was executed.
        if subState == "failed", values["ExecMainCode"] == "0" { return .exited(203) }
        guard ["exited", "failed", "dead"].contains(subState), let code = values["ExecMainCode"],
            let status = values["ExecMainStatus"].flatMap({ Int32($0) })
        else { return nil }
        switch code {
        case "1", "exited": return .exited(status)
        case "2", "3", "killed", "dumped": return .signalled(status)
        default: return nil
        }
    }
}
