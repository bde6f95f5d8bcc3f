internal import RecoveryEngine

/// An acting command on a host: a systemd unit that outlives the connection.
enum RemoteUnit {
    /// The unit's name.
    static func name(_ attempt: String) -> String { "recover-\(attempt)" }

    /// The line that starts `arguments` as unit, waits for it and prints what
    /// it printed. The last line on standard error is the unit's end; without
    /// it the end is not known.
    static func start(_ attempt: String, _ arguments: [String], become: [String]) -> String {
        let script = """
            umask 077; d=/run/recover; mkdir -p "$d" || exit 125; u=$1; shift
            cat >"$d/$u.in" || exit 125
            systemd-run --quiet --unit="$u" -p Type=exec -p RemainAfterExit=yes \
            -p StandardInput=file:"$d/$u.in" -p StandardOutput=file:"$d/$u.out" \
            -p StandardError=file:"$d/$u.err" -- "$@" || exit 126
            rm -f "$d/$u.in"
            while :; do case $(systemctl show "$u" -p SubState) in
            SubState=exited|SubState=failed|SubState=dead) break;; esac; sleep 0.2; done
            tail -c 1048576 "$d/$u.out"; tail -c 1048576 "$d/$u.err" >&2
            s=$(systemctl show "$u" -p SubState,ExecMainCode,ExecMainStatus | tr '\\n' ' ')
            printf '\\nrecover-unit %s\\n' "$s" >&2
            """
        return line(script, [name(attempt)] + arguments, become)
    }

    /// Prints the unit's state and the host's boot id.
    static func show(_ attempt: String, become: [String]) -> String {
        let script = """
            printf 'Boot=%s\\n' "$(cat /proc/sys/kernel/random/boot_id)"
            systemctl show "$1" -p LoadState,SubState,ExecMainCode,ExecMainStatus
            """
        return line(script, [name(attempt)], become)
    }

    /// Takes the unit's name with a unit that does nothing, so that a request
    /// still on its way can never start. Fails if the name is taken.
    static func claim(_ attempt: String, become: [String]) -> String {
        line(
            "systemd-run --quiet --unit=\"$1\" -p Type=exec -p RemainAfterExit=yes -- true",
            [name(attempt)], become)
    }

    /// Removes the unit and what it printed.
    static func remove(_ attempt: String, become: [String]) -> String {
        let script = """
            systemctl stop "$1" 2>/dev/null; systemctl reset-failed "$1" 2>/dev/null
            rm -f "/run/recover/$1.in" "/run/recover/$1.out" "/run/recover/$1.err"
            """
        return line(script, [name(attempt)], become)
    }

    static func line(_ script: String, _ arguments: [String], _ become: [String]) -> String {
        Shell.quote(become + ["sh", "-c", script, "recover"] + arguments)
    }

    /// What `start` printed on standard error, and the unit's end.
    static func ending(_ stderr: [UInt8]) -> (exit: Exit?, stderr: [UInt8]) {
        let text = String(decoding: stderr, as: UTF8.self)
        guard let start = text.range(ofLast: "\nrecover-unit ") else { return (nil, stderr) }
        let state = RemoteState(
            text[start.upperBound...].split(whereSeparator: { $0 == " " || $0 == "\n" }))
        return (state.exit, Array(text[..<start.lowerBound].utf8))
    }
}

/// What systemd says of a unit.
struct RemoteState {
    private var values: [String: String] = [:]

    /// Takes `Key=value` lines.
    init(_ lines: some Sequence<Substring>) {
        for line in lines {
            let pair = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            if pair.count == 2 { values[String(pair[0])] = String(pair[1]) }
        }
    }

    var boot: String? { values["Boot"] }
    var isLoaded: Bool { values["LoadState"] == "loaded" }
    var isUnknown: Bool { values["LoadState"] == "not-found" }
    var subState: String { values["SubState"] ?? "" }

    /// The end of its process, if it ended. ExecMainCode is CLD_EXITED (1),
    /// CLD_KILLED (2) or CLD_DUMPED (3).
    var exit: Exit? {
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

extension String {
    /// The last place where `needle` stands.
    func range(ofLast needle: String) -> Range<Index>? {
        var end = endIndex
        while end > startIndex {
            formIndex(before: &end)
            if self[end...].hasPrefix(needle) { return end..<index(end, offsetBy: needle.count) }
        }
        return nil
    }
}
