internal import RecoveryEngine

/// An acting command on a host: a systemd unit that outlives the connection.
enum RemoteUnit {
    /// The unit's name.
    static func name(_ attempt: String) -> String { "recover-\(attempt)" }

    /// The line that starts `arguments` as unit, waits for it and prints what
    /// it printed. The last line on standard error is the unit's end; without
    /// it the end is not known.
    ///
    /// It starts only when all `inputSize` bytes have come: a connection that
    /// breaks would else start it on half of them.
    static func start(
        _ attempt: String, _ arguments: [String], inputSize: Int, become: [String]
    ) -> String {
        let script = """
            umask 077; d=/run/recover; mkdir -p "$d" || exit 125; u=$1; n=$2; shift 2
            trap 'rm -f "$d/$u.in"' EXIT
            cat >"$d/$u.in" && [ "$(wc -c <"$d/$u.in")" -eq "$n" ] || exit 125
            : >"$d/$u.out" || exit 125
            systemd-run --quiet --unit="$u" -p Type=exec -p RemainAfterExit=yes \
            -p StandardInput=file:"$d/$u.in" -p StandardOutput=file:"$d/$u.out" \
            -p StandardError=file:"$d/$u.err" -- "$@" || exit 126
            while :; do case $(systemctl show "$u" -p SubState) in
            SubState=exited|SubState=failed|SubState=dead) break;; esac; sleep 0.2; done
            tail -c 4194304 "$d/$u.out"; tail -c 1048576 "$d/$u.err" >&2
            s=$(systemctl show "$u" -p SubState,ExecMainCode,ExecMainStatus | tr '\\n' ' ')
            printf '\\nrecover-unit %s %s\\n' "$u" "$s" >&2
            """
        return line(script, [name(attempt), String(inputSize)] + arguments, become)
    }

    /// Prints the unit's state, whether it left files, and the host's boot id.
    static func show(_ attempt: String, become: [String]) -> String {
        let script = """
            printf 'Boot=%s\\n' "$(cat /proc/sys/kernel/random/boot_id)"
            [ -e "/run/recover/$1.out" ] && echo Files=yes
            systemctl show "$1" -p LoadState,SubState,ExecMainCode,ExecMainStatus
            """
        return line(script, [name(attempt)], become)
    }

    /// Prints what the unit printed; fails when it is not there, or too much.
    static func output(_ attempt: String, become: [String]) -> String {
        let script = """
            cat "/run/recover/$1.err" >&2; cat "/run/recover/$1.out"
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

    /// A read-only command as root; not being allowed to become root is no
    /// answer, so it ends like ssh's own failures.
    static func question(_ arguments: [String], become: [String]) -> String {
        guard !become.isEmpty else { return Shell.quote(arguments) }
        return Shell.quote(become + ["true"]) + " || exit 255; exec "
            + Shell.quote(become + arguments)
    }

    static func line(_ script: String, _ arguments: [String], _ become: [String]) -> String {
        Shell.quote(become + ["sh", "-c", script, "recover"] + arguments)
    }

    /// What `start` printed on standard error, and the unit's end.
    static func ending(_ stderr: [UInt8], of attempt: String) -> (exit: Exit?, stderr: [UInt8]) {
        let mark = Array("\nrecover-unit \(name(attempt)) ".utf8)
        guard let start = stderr.lastIndex(of: mark) else { return (nil, stderr) }
        let line = String(decoding: stderr[(start + mark.count)...], as: UTF8.self)
        let state = RemoteState(line.split(whereSeparator: { $0 == " " || $0 == "\n" }))
        return (state.exit, Array(stderr[..<start]))
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
    /// A unit of ours makes its output file before it starts.
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

extension [UInt8] {
    /// The last place where `needle` begins.
    func lastIndex(of needle: [UInt8]) -> Int? {
        guard count >= needle.count else { return nil }
        return (0...(count - needle.count)).last { self[$0...].starts(with: needle) }
    }
}
