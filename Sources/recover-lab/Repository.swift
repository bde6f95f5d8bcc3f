import Glibc
import LabHosts
import Processes

/// The Git repository with the desired state, made by the `git` program.
struct Repository: Sendable {
    let paths: LabPaths
    let tools: Tools
    let description: LabDescription

    private var bare: String { Repository.folder(paths) }

    /// URL for those who fetch from it.
    static func url(_ paths: LabPaths) -> String { "file://\(folder(paths))" }

    private static func folder(_ paths: LabPaths) -> String { "\(paths.root)/desired-state.git" }

    /// Makes it, with one commit, unless there is one.
    func make() throws {
        guard description.hasRepository, !Disk.exists(bare) else { return }
        let work = "\(paths.root)/desired-state.first"
        for file in description.repositoryFiles(url: Repository.url(paths)) {
            let path = "\(work)/\(file.path)"
            try Disk.makeFolder(path.lastIndex(of: "/").map { String(path[..<$0]) } ?? work)
            try Disk.write(path, file.text)
        }
        let branch = description.source.branch
        _ = try git(["init", "-q", "-b", branch, work])
        _ = try git(["-C", work, "add", "--all"])
        _ = try git([
            "-C", work, "commit", "-q", "-m", "The estate's workloads, invented for the drill",
        ])
        _ = try git(["clone", "-q", "--bare", work, bare])
    }

    /// The commit `branch` stands at. Asked many times a second, so Git's own
    /// files are read: the loose reference, else the packed ones.
    func head(_ branch: String) throws(LabFailure) -> String {
        if let loose = Disk.text("\(bare)/refs/heads/\(branch)") { return loose.trimmedLine }
        let packed = (Disk.text("\(bare)/packed-refs") ?? "").split(separator: "\n")
        guard let line = packed.first(where: { $0.hasSuffix(" refs/heads/\(branch)") }),
            let commit = line.split(separator: " ").first
        else { throw LabFailure("the repository has no branch \(branch)") }
        return String(commit)
    }

    /// Every manifest of `commit` under `folder`: path and bytes.
    func manifests(_ commit: String, folder: String) throws -> [(path: String, bytes: [UInt8])] {
        let names = try git([
            "-C", bare, "ls-tree", "-r", "-z", "--name-only", commit, "--", folder,
        ])
        return try names.split(separator: "\0").map(String.init)
            .filter { $0.hasSuffix(".yaml") || $0.hasSuffix(".yml") }
            .map { ($0, Array(try git(["-C", bare, "show", "\(commit):\($0)"]).utf8)) }
    }

    private func git(_ arguments: [String]) throws -> String {
        let result = try Command(
            tools.git, arguments,
            environment: [
                "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_AUTHOR_NAME": "lab", "GIT_AUTHOR_EMAIL": "lab@invalid",
                "GIT_COMMITTER_NAME": "lab", "GIT_COMMITTER_EMAIL": "lab@invalid",
            ]
        ).capture(deadline: .seconds(60))
        guard result.ending.isSuccess else {
            throw LabFailure("git \(arguments.joined(separator: " ")): \(result.error.text)")
        }
        return result.output.text
    }
}

extension String {
    /// The first line.
    var trimmedLine: String { split(separator: "\n").first.map(String.init) ?? "" }
}
