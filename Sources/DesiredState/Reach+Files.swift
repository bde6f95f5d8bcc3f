public import Estates
internal import JSON

/// Files of a commit, read from the object database.
extension Reach {
    /// Fetches the source's branch or tag; the id of its commit, which nobody has proven.
    public func newest(_ source: Binding.Source, name: String) -> Result<String, Silence> {
        do throws(ReachRefusal) {
            return .success(try head(of: source, name: name, attempt: "look").commit)
        } catch {
            return .failure(Silence(why: error.words))
        }
    }

    /// The commit the mirror holds as the verified one of the source's branch or tag.
    public func verified(_ source: Binding.Source, name: String) -> String? {
        let found = try? call(["verified"] + place(source, name))
        return found?["commit"]?.string
    }

    /// The text files of one commit that is in the mirror, whose names end like
    /// one of `suffixes`; or why not.
    ///
    /// The whole tree is read where it may be, else the source's own folder.
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
        let mirror = mirror(source, name)
        var list = try proven(mirror, commit, ".")
        if list == nil { list = try proven(mirror, commit, source.path) }
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
                ["read", "--mirror", mirror, "--commit", commit, "--path", path],
                window: 4 << 20)
            files[path] = String(decoding: bytes, as: UTF8.self)
        }
        return GitView(commit: commit, files: files)
    }

    /// The paths below `path`; nil where its tree is not one to read from.
    private func proven(
        _ mirror: String, _ commit: String, _ path: String
    ) throws(ReachRefusal) -> [String]? {
        do throws(ReachRefusal) {
            let proof = try call([
                "prove", "--mirror", mirror, "--incoming", commit, "--last", "none",
                "--path", path,
            ])
            return (proof["files"]?.array ?? []).compactMap { $0["path"]?.string }
        } catch {
            guard error.code == "GT-TREE" || error.code == "GT-LIMIT" else { throw error }
            return nil
        }
    }
}
