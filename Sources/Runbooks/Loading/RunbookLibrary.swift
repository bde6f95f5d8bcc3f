internal import Glibc
public import YAML

/// The folder `runbooks/` with its `fragments/`: names to documents.
public struct RunbookLibrary: Sendable {
    /// The folder.
    public let directory: String

    public init(directory: String) { self.directory = directory }

    /// Names of all runbooks, sorted.
    public func names() -> [String] { Self.names(in: directory) }

    /// Names of all fragments, sorted.
    public func fragmentNames() -> [String] { Self.names(in: directory + "/fragments") }

    /// Reads one runbook.
    public func runbook(_ name: String) throws(Diagnostics) -> Runbook {
        guard RunbookDecoder.isIdentifier(name), names().contains(name) else {
            throw unknown("runbook", name, directory, names())
        }
        let (root, document) = try Document.read("\(directory)/\(name).yaml")
        let problems = Problems(file: document.path)
        let runbook = RunbookDecoder.decodeRunbook(root, document, problems)
        if let runbook { problems.add(NameWalk(library: self).problems(of: runbook)) }
        return try problems.result(runbook)
    }

    /// Reads one fragment, and those it includes.
    public func fragment(_ name: String) throws(Diagnostics) -> Fragment {
        let fragment = try self.alone(name)
        let problems = NameWalk(library: self).problems(of: fragment)
        guard problems.isEmpty else { throw Diagnostics(problems) }
        return fragment
    }

    /// Reads one fragment without following its includes.
    func alone(_ name: String) throws(Diagnostics) -> Fragment {
        let folder = directory + "/fragments"
        guard RunbookDecoder.isIdentifier(name), fragmentNames().contains(name) else {
            throw unknown("fragment", name, folder, fragmentNames())
        }
        let (root, document) = try Document.read("\(folder)/\(name).yaml")
        let problems = Problems(file: document.path)
        return try problems.result(RunbookDecoder.decodeFragment(root, document, problems))
    }

    private func unknown(_ kind: String, _ name: String, _ folder: String, _ names: [String])
        -> Diagnostics
    {
        let hint = NearestName.hint(name, among: names)
        let message = "there is no \(kind) '\(name)' in \(folder)\(hint)"
        return Diagnostics([Diagnostic(file: folder, mark: nil, code: "RB-NAME", message: message)])
    }

    private static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) { bytes in
                String(decoding: bytes.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".yaml") { names.append(String(name.dropLast(5))) }
        }
        return names.sorted()
    }
}
