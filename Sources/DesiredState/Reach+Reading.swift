public import Estates
internal import JSON
internal import Processes

/// Reading what a commit says, without pinning anything.
extension Reach {
    /// Why nothing was read.
    public struct Silence: Error {
        public let why: String
    }

    /// Fetches the source's branch; the id of its newest commit.
    public func newest(_ source: Binding.Source, name: String) -> Result<String, Silence> {
        answer { () throws(Refusal) in
            let fetched = try call([
                "fetch", "--mirror", "\(mirrors)/\(name)", "--url", source.url,
                "--branch", source.branch, "--attempt", "look",
            ])
            guard let commit = fetched["incoming"]?.string else {
                throw Refusal(code: "GT-FETCH", reason: "no commit")
            }
            return commit
        }
    }

    /// What the mirror holds as the verified commit of the source's branch.
    public func verified(_ source: Binding.Source, name: String) -> String? {
        let proof = try? prove(name, "refs/verified/\(source.branch)", source.path)
        return proof?["commit"]?.string
    }

    /// The text files of `commit` whose names end like one of `suffixes`; or
    /// why not.
    ///
    /// The whole tree is read where it may be, else the source's own folder.
    public func view(
        of commit: String, _ source: Binding.Source, name: String, suffixes: [String]
    ) -> Result<GitView, Silence> {
        answer { () throws(Refusal) in
            var list = try proven(name, commit, ".")
            if list == nil { list = try proven(name, commit, source.path) }
            guard let list else { throw Refusal(code: "GT-TREE", reason: "no tree to read from") }
            var files: [String: String] = [:]
            for path in list where suffixes.contains(where: path.hasSuffix) {
                // A view of a part is no view: what is not read cannot be compared.
                guard files.count < 1000 else {
                    throw Refusal(code: "GT-LIMIT", reason: "more than 1000 files to read")
                }
                files[path] = try text(name, commit, path)
            }
            return GitView(commit: commit, files: files)
        }
    }

    private func answer<Value>(
        _ body: () throws(Refusal) -> Value
    ) -> Result<Value, Silence> {
        do throws(Refusal) {
            return .success(try body())
        } catch {
            return .failure(Silence(why: "\(error.code): \(error.reason)"))
        }
    }

    private func prove(
        _ name: String, _ commit: String, _ path: String
    ) throws(Refusal) -> JSONValue {
        try call([
            "prove", "--mirror", "\(mirrors)/\(name)", "--incoming", commit, "--last", "none",
            "--path", path,
        ])
    }

    /// The paths below `path`; nil where its tree is not one to read from.
    private func proven(
        _ name: String, _ commit: String, _ path: String
    ) throws(Refusal) -> [String]? {
        do throws(Refusal) {
            let proof = try prove(name, commit, path)
            return (proof["files"]?.array ?? []).compactMap { $0["path"]?.string }
        } catch {
            guard error.code == "GT-TREE" || error.code == "GT-LIMIT" else { throw error }
            return nil
        }
    }

    private func text(_ name: String, _ commit: String, _ path: String) throws(Refusal) -> String {
        let command = Command(
            program,
            ["read", "--mirror", "\(mirrors)/\(name)", "--commit", commit, "--path", path],
            environment: environment)
        guard let captured = try? command.capture(deadline: .seconds(60), window: 4 << 20),
            captured.ending.isSuccess, captured.output.dropped == 0
        else { throw Refusal(code: "GT-READ", reason: "\(path) could not be read") }
        return captured.output.text
    }
}
