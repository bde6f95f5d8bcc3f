import Glibc
import LabHosts
import Processes

/// One connection to the Git host: `recover-lab git-session DIR GIT`, which `sshd`
/// runs in place of what was asked for. It serves the one repository, and
/// nothing but Git's own two services.
enum GitSession {
    /// What a client asked for.
    struct Call: Hashable {
        /// `upload-pack` for who fetches, `receive-pack` for who pushes.
        let service: String
        let repository: String

        /// Reads `git-upload-pack '/desired-state.git'`; nil for anything else.
        init?(_ line: String) {
            let words = line.split(separator: " ", maxSplits: 1).map(String.init)
            let services = ["git-upload-pack": "upload-pack", "git-receive-pack": "receive-pack"]
            guard words.count == 2, let service = services[words[0]] else { return nil }
            let quoted = words[1]
            guard quoted.count > 2, quoted.hasPrefix("'"), quoted.hasSuffix("'") else { return nil }
            let path = quoted.dropFirst().dropLast()
            guard !path.contains("'") else { return nil }
            self.service = service
            repository = String(path)
        }
    }

    static func run(_ words: [String]) throws -> Int32 {
        guard words.count == 2 else { throw UsageError("git-session DIR GIT") }
        guard let call = Call(Tools.environment("SSH_ORIGINAL_COMMAND") ?? "") else {
            Terminal.complain("fatal: this host serves Git and nothing else (simulated)")
            return 128
        }
        let names = ["/desired-state.git", "desired-state.git", "/desired-state", "desired-state"]
        guard names.contains(call.repository) else {
            Terminal.complain(
                "fatal: '\(call.repository)' does not appear to be a git repository")
            return 128
        }
        let environment = ["PATH=/usr/bin:/bin", "HOME=/nonexistent", "GIT_CONFIG_NOSYSTEM=1"]
        let version = Tools.environment("GIT_PROTOCOL").map { ["GIT_PROTOCOL=\($0)"] } ?? []
        let git = words[1]
        let command = [git, call.service, "\(words[0])/desired-state.git"]
        var arguments: [UnsafeMutablePointer<CChar>?] = command.map { strdup($0) } + [nil]
        var variables: [UnsafeMutablePointer<CChar>?] =
            (environment + version).map { strdup($0) } + [nil]
        execve(git, &arguments, &variables)
        throw LabFailure("\(git): \(String(cString: strerror(errno)))")
    }
}
