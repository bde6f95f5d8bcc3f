import Glibc
import LabHosts

/// `recover-lab enter DIR -- COMMAND…`: a command in a running lab.
enum EnterCommand {
    static func run(_ words: [String]) throws -> Int32 {
        guard let directory = words.first, let root = Disk.resolved(directory) else {
            throw UsageError("enter needs the folder of a lab")
        }
        let paths = LabPaths(root: root)
        guard let pid = Disk.text(paths.processFile)?.trimmedLine, Int32(pid) != nil,
            let world = LineSocket.connect(paths.control)
        else { throw LabFailure("no lab is up in \(directory)") }
        world.close()
        var command = Array(words.dropFirst())
        if command.first == "--" { command.removeFirst() }
        if command.isEmpty { command = ["/bin/sh"] }
        let environment = (Disk.text("\(root)/environment") ?? "").split(separator: "\n").map(
            String.init)
        let arguments =
            [
                "nsenter", "-t", pid, "-U", "--preserve-credentials", "-n", "-m", "-p", "--",
                "/usr/bin/env", "--default-signal=INT", "-i", "-C", paths.home,
            ] + environment + command
        // Ctrl-C is for the command: who waits for it must not go before it does.
        signal(SIGINT, SIG_IGN)
        var pointers: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) }
        pointers.append(nil)
        execvp("nsenter", pointers)
        throw LabFailure("nsenter (Debian package util-linux): \(String(cString: strerror(errno)))")
    }
}
