import Estates
import Glibc
import Processes
import RecoveryEngine
import Testing

@testable import Effects

/// A folder that stands for a host's /run, the lines that use it, and the
/// processes they start: real ones. With `systemd` two small programs play
/// systemd's part.
final class SSHPlace {
    let path: String
    let hasSystemd: Bool
    /// The shell that runs the lines.
    let shell: String

    init(systemd: Bool = false, shell: String = "/bin/sh") throws {
        var template = Array("/tmp/effects-host-XXXXXX".utf8CString)
        path = try #require(mkdtemp(&template).map { String(cString: $0) })
        hasSystemd = systemd
        // busybox is whatever it is called.
        let isBusybox = shell.hasSuffix("/busybox")
        if isBusybox { symlink(shell, path + "/sh") }
        self.shell = isBusybox ? path + "/sh" : shell
        chmod(path, 0o755)
        try write("boot", "boot-1\n")
        guard systemd else { return }
        for folder in ["systemd", "units", "bin"] { mkdir("\(path)/\(folder)", 0o755) }
        try write("bin/systemd-run", Self.run.replacing("BASE", with: path), mode: 0o755)
        try write("bin/systemctl", Self.control.replacing("BASE", with: path), mode: 0o755)
    }

    deinit { _ = try? Command("/bin/rm", ["-rf", path]).capture(deadline: .seconds(20)) }

    func write(_ name: String, _ text: String, mode: mode_t = 0o644) throws {
        try #require(Files.write(Array(text.utf8), to: "\(path)/\(name)", mode: mode))
        chmod("\(path)/\(name)", mode)
    }

    /// A line that waits for the file `go`; not for ever, lest a test that
    /// failed leaves it behind.
    var waiting: String {
        "n=0; while [ ! -e \(path)/go ] && [ $n -lt 400 ]; do n=$((n+1)); sleep 0.05; done"
    }

    func exists(_ name: String) -> Bool { access("\(path)/\(name)", F_OK) == 0 }

    func text(_ name: String) -> String {
        String(decoding: Files.read("\(path)/\(name)") ?? [], as: UTF8.self)
    }

    /// `line` on this host.
    func line(_ line: String) -> String {
        let here = line.replacing("/run/recover", with: "\(path)/recover")
            .replacing("/run/systemd/system", with: "\(path)/systemd")
            .replacing("/proc/sys/kernel/random/boot_id", with: "\(path)/boot")
            .replacing("/bin/sh", with: shell)
        return hasSystemd ? "PATH=\(path)/bin:$PATH; \(here)" : here
    }

    func start(_ script: String, _ attempt: String = "a-1", input: String = "") -> Command {
        start(["/bin/sh", "-c", script], attempt, input: input)
    }

    func start(_ words: [String], _ attempt: String = "a-1", input: String = "") -> Command {
        command(
            RemoteUnit.start(attempt, words, inputSize: input.utf8.count, become: []), input: input)
    }

    func command(_ line: String, input: String = "") -> Command {
        Command(
            shell, ["-c", self.line(line)], environment: ["PATH": "/usr/bin:/bin"],
            input: Array(input.utf8))
    }

    func run(_ line: String) throws -> Captured {
        try command(line).capture(deadline: .seconds(30))
    }

    /// What the host says of the attempt.
    func state(_ attempt: String = "a-1") throws -> RemoteState {
        let shown = try run(RemoteUnit.show(attempt, become: []))
        #expect(shown.ending.isSuccess, "\(shown.error.text)")
        return RemoteState(shown.output.text.split(separator: "\n"))
    }

    func ends(_ attempt: String = "a-1") throws -> Exit? {
        var end: Exit?
        #expect(try eventually { try state(attempt).exit != nil })
        end = try state(attempt).exit
        return end
    }

    /// Asks every 20 ms, for ten seconds at most.
    func eventually(_ condition: () throws -> Bool) rethrows -> Bool {
        for _ in 0..<500 {
            if try condition() { return true }
            usleep(20_000)
        }
        return try condition()
    }

    /// What systemd does with a unit, as far as these lines need it.
    private static let run = #"""
        #!/bin/sh
        b=BASE/units; i=/dev/null; o=/dev/null; e=/dev/null; t=simple
        while [ $# -gt 0 ]; do
        case $1 in
        --unit=*) u=${1#--unit=};;
        -p) shift
        case $1 in
        Type=*) t=${1#*=};;
        StandardInput=file:*) i=${1#*:};;
        StandardOutput=file:*) o=${1#*:};;
        StandardError=file:*) e=${1#*:};;
        esac;;
        --) shift; break;;
        esac
        shift
        done
        [ ! -e BASE/slow ] || { : >BASE/slow-seen; sleep 1; }
        mkdir "$b/new.$$" && echo "$t" >"$b/new.$$/type"
        mv -T "$b/new.$$" "$b/$u" 2>/dev/null || {
        rm -rf "$b/new.$$"; echo "Unit $u.service was already loaded" >&2; exit 1; }
        for a do shift; a=$(printf '%s.' "$a" | sed 's/\$\$/\n/g;s/\$[a-zA-Z{][a-zA-Z}]*//g;s/\n/$/g')
        set -- "$@" "${a%.}"; done
        exec 3<"$i" 4>>"$o" 5>>"$e"
        setsid /bin/sh -c 'f=$1; shift; (exec "$@"); echo $? >"$f.new"; mv "$f.new" "$f"' \
        unit "$b/$u/status" "$@" <&3 >&4 2>&5 3<&- 4>&- 5>&- &
        """#

    private static let control = #"""
        #!/bin/sh
        b=BASE/units/$2
        case $1 in
        show)
        if [ ! -e "$b" ]; then printf 'LoadState=not-found\nSubState=dead\n'; exit; fi
        if s=$(cat "$b/status" 2>/dev/null); then
        printf 'ExecMainStatus=%s\nExecMainCode=1\nSubState=exited\n' "$s"
        else printf 'ExecMainStatus=0\nExecMainCode=0\nSubState=running\n'; fi
        printf 'LoadState=loaded\nType=%s\n' "$(cat "$b/type")";;
        stop) rm -rf "$b";;
        esac
        """#
}
