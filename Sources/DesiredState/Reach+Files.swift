public import Estates
internal import JSON

/// Files of a commit, read from the object database.
extension Reach {
    /// The text files of a source's newest commit whose names end like one of
    /// `suffixes`, read and not pinned; or why not.
    ///
    /// The whole tree is read where it may be, else the source's own folder.
    public func files(
        _ source: Binding.Source, name: String, suffixes: [String]
    ) -> Result<GitView, Silence> {
        do throws(ReachRefusal) {
            let commit = try head(of: source, name: name, attempt: "look").commit
            return .success(try view(of: commit, source, name: name, suffixes: suffixes))
        } catch {
            return .failure(Silence(why: error.words))
        }
    }

    /// The same of one commit that is in the mirror, such as the pinned one.
    public func files(
        of commit: String, _ source: Binding.Source, name: String, suffixes: [String]
    ) -> Result<GitView, Silence> {
        do throws(ReachRefusal) {
            return .success(try view(of: commit, source, name: name, suffixes: suffixes))
        } catch {
            return .failure(Silence(why: error.words))
        }
    }

    /// Why nothing was read.
    public struct Silence: Error {
        public let why: String
    }

    private func view(
        of commit: String, _ source: Binding.Source, name: String, suffixes: [String]
    ) throws(ReachRefusal) -> GitView {
        var list = try proven(name, commit, ".")
        if list == nil { list = try proven(name, commit, source.path) }
        guard let list else {
            throw ReachRefusal("GT-TREE", "no tree to read from", do: "")
        }
        var files: [String: String] = [:]
        for path in list where suffixes.contains(where: path.hasSuffix) {
            // A view of a part is no view: what is not read cannot be compared.
            guard files.count < 1000 else {
                throw ReachRefusal("GT-LIMIT", "more than 1000 files to read", do: "")
            }
            let bytes = try output(
                ["read", "--mirror", mirror(name), "--commit", commit, "--path", path],
                window: 4 << 20)
            files[path] = String(decoding: bytes, as: UTF8.self)
        }
        return GitView(commit: commit, files: files)
    }

    /// The paths below `path`; nil where its tree is not one to read from.
    private func proven(
        _ name: String, _ commit: String, _ path: String
    ) throws(ReachRefusal) -> [String]? {
        do throws(ReachRefusal) {
            let proof = try call([
                "prove", "--mirror", mirror(name), "--incoming", commit, "--last", "none",
                "--path", path,
            ])
            return (proof["files"]?.array ?? []).compactMap { $0["path"]?.string }
        } catch {
            guard error.code == "GT-TREE" || error.code == "GT-LIMIT" else { throw error }
            return nil
        }
    }
}
