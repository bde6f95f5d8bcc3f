internal import JSON
internal import YAML

/// The documents of one file.
struct ManifestFile {
    /// A document, and where it begins.
    struct Entry {
        let value: JSONValue
        let line: Int
    }

    let path: String
    /// Whether Argo CD leaves the file out by what it says itself.
    let isMarkedToSkip: Bool
    private(set) var entries: [Entry] = []
    private(set) var faults: [ManifestFault] = []

    /// Reads every document; a `List` is what is in it.
    init(_ path: String, _ bytes: [UInt8]) {
        self.path = path
        isMarkedToSkip = bytes.firstRange(of: Self.mark) != nil
        do {
            for document in try YAMLParser.parseAll(bytes, rules: .manifests) { take(document) }
        } catch {
            faults.append(
                ManifestFault(
                    file: path, line: error.mark.line, code: error.code, reason: error.reason))
        }
    }

    private mutating func take(_ document: YAMLNode) {
        let kind = document["kind"]?.scalar?.text ?? ""
        if kind.hasSuffix("List"), let items = document["items"]?.sequence {
            for item in items { take(item) }
            return
        }
        entries.append(Entry(value: document.json, line: document.mark.line))
    }

    /// Anywhere in the file, as Argo CD looks for it.
    private static let mark = Array("+argocd:skip-file-rendering".utf8)

    /// Its only document, for files that are read by name.
    var only: JSONValue? { entries.count == 1 ? entries[0].value : nil }
}
