internal import RecoveryEngine

/// An acting command on a host: a unit that outlives the connection. systemd
/// keeps it where it runs, else a shell that does nothing but wait for it.
enum RemoteUnit {
    /// The unit's name.
    static func name(_ attempt: String) -> String { "recover-\(attempt)" }

    /// The line that starts `arguments` as unit, waits for it and prints what
    /// it printed. The last line on standard error is the unit's end; without
    /// it the end is not known. Where the unit is there already nothing is
    /// started, and it is that unit's end.
    static func start(
        _ attempt: String, _ arguments: [String], inputSize: Int, become: [String]
    ) -> String {
        line(
            RemoteScript.head + RemoteScript.start,
            [name(attempt), String(inputSize), RemoteScript.keep] + arguments, become)
    }

    /// Prints the host's boot id and the unit's state.
    static func show(_ attempt: String, become: [String]) -> String {
        line(RemoteScript.head + RemoteScript.show, [name(attempt)], become)
    }

    /// Prints what the unit printed; fails when it is not there, or too much.
    static func output(_ attempt: String, become: [String]) -> String {
        let script = """
            cat "/run/recover/$1.err" >&2 && cat "/run/recover/$1.out"
            """
        return line(script, [name(attempt)], become)
    }

    /// Takes the unit's name for nothing, so that a request still on its way
    /// can never start. Fails if the name is taken.
    static func claim(_ attempt: String, become: [String]) -> String {
        line(RemoteScript.head + RemoteScript.claim, [name(attempt)], become)
    }

    /// Removes the unit and what it printed.
    static func remove(_ attempt: String, become: [String]) -> String {
        line(RemoteScript.head + RemoteScript.remove, [name(attempt)], become)
    }

    /// A read-only command as root; not being allowed to become root is no
    /// answer, so it ends like ssh's own failures.
    ///
    /// Behind `exec` a first word is a program, never the shell's own `if` or
    /// `A=b`.
    static func question(_ arguments: [String], become: [String]) -> String {
        guard !become.isEmpty else { return "exec " + Shell.quote(arguments) }
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

extension [UInt8] {
    /// The last place where `needle` begins.
    func lastIndex(of needle: [UInt8]) -> Int? {
        guard count >= needle.count else { return nil }
        return (0...(count - needle.count)).last { self[$0...].starts(with: needle) }
    }
}
