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
        let sealed = try Sealing(description: description, paths: paths).files()
        let files = description.repositoryFiles(url: Repository.url(paths)) + sealed
        let branch = description.source.branch
        let draft = "\(bare).new"
        _ = try git(["init", "-q", "--bare", "-b", branch, draft])
        _ = try capture(
            ["-C", draft, "-c", "core.fsync=none", "fast-import", "--quiet"],
            input: Repository.commit(files, on: branch))
        try Disk.move(draft, to: bare)
    }

    /// The first commit, in the language of `git fast-import`.
    private static func commit(_ files: [(path: String, text: String)], on branch: String)
        -> [UInt8]
    {
        func data(_ text: String) -> String { "data \(text.utf8.count)\n\(text)\n" }
        let head =
            "commit refs/heads/\(branch)\ncommitter lab <lab@invalid> \(time(nil)) +0000\n"
            + data("The estate's workloads, invented for the drill\n")
        return Array(
            (head + files.map { "M 100644 inline \($0.path)\n" + data($0.text) }.joined()).utf8)
    }

    /// The commit `revision` stands for. Asked many times a second, so Git's own
    /// files are read: the loose reference, else the packed ones.
    func commit(_ revision: String) throws -> String {
        let name = revision == "HEAD" || revision.isEmpty ? description.source.branch : revision
        let references = ["refs/heads/\(name)", "refs/tags/\(name)"]
        for reference in references {
            if let loose = Disk.text("\(bare)/\(reference)") { return loose.trimmedLine }
        }
        let packed = (Disk.text("\(bare)/packed-refs") ?? "").split(separator: "\n")
        for reference in references {
            if let line = packed.first(where: { $0.hasSuffix(" \(reference)") }),
                let commit = line.split(separator: " ").first
            {
                return String(commit)
            }
        }
        return try git([
            "-C", bare, "rev-parse", "--verify", "--quiet", "--end-of-options",
            "\(name)^{commit}",
        ]).trimmedLine
    }

    /// Every file of `commit`, in two calls of Git.
    func files(_ commit: String) throws -> [String: [UInt8]] {
        let lines = try git(["-C", bare, "ls-tree", "-r", "-z", commit]).split(separator: "\0")
        let entries = lines.compactMap { line -> (path: String, blob: String)? in
            let parts = line.split(separator: "\t", maxSplits: 1)
            let words = parts[0].split(separator: " ")
            guard parts.count == 2, words.count == 3, words[1] == "blob" else { return nil }
            return (String(parts[1]), String(words[2]))
        }
        let asked = entries.map { "\($0.blob)\n" }.joined()
        let answer = try capture(
            ["-C", bare, "cat-file", "--batch"], input: Array(asked.utf8)
        ).head
        var rest = answer[...]
        var files: [String: [UInt8]] = [:]
        for entry in entries {
            // `<blob> blob <size>`, a line feed, the bytes, a line feed.
            let header = rest.prefix { $0 != 10 }
            let words = String(decoding: header, as: UTF8.self).split(separator: " ")
            guard words.count == 3, let size = Int(words[2]),
                rest.count > header.count + 1 + size
            else { throw LabFailure("git cat-file left \(entry.path) out") }
            rest = rest.dropFirst(header.count + 1)
            files[entry.path] = Array(rest.prefix(size))
            rest = rest.dropFirst(size + 1)
        }
        return files
    }

    private func git(_ arguments: [String]) throws -> String { try capture(arguments).text }

    private func capture(_ arguments: [String], input: [UInt8] = []) throws -> Window {
        let result = try Command(
            tools.git, arguments,
            environment: [
                "PATH": "/usr/bin:/bin", "HOME": "/nonexistent", "GIT_CONFIG_NOSYSTEM": "1",
                "GIT_AUTHOR_NAME": "lab", "GIT_AUTHOR_EMAIL": "lab@invalid",
                "GIT_COMMITTER_NAME": "lab", "GIT_COMMITTER_EMAIL": "lab@invalid",
            ], input: input
        ).capture(deadline: .seconds(60), window: 64 << 20)
        guard result.ending.isSuccess else {
            throw LabFailure("git \(arguments.joined(separator: " ")): \(result.error.text)")
        }
        return result.output
    }
}

extension String {
    /// The first line.
    var trimmedLine: String { split(separator: "\n").first.map(String.init) ?? "" }
}
