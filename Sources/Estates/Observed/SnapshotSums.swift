/// The digests of a snapshot's files, in the form `sha256sum -c` reads.
public enum SnapshotSums {
    /// The text of the list; `digests` has path and digest.
    public static func text(_ digests: [String: String]) -> String {
        digests.sorted { $0.key.utf8.lexicographicallyPrecedes($1.key.utf8) }
            .map { "\($0.value)  \($0.key)\n" }.joined()
    }

    /// How the files that were `found` differ from the list; none when they
    /// are, byte for byte, those that were written.
    public static func objections(_ list: String, found: [String: String]) -> [String] {
        var listed: [String: String] = [:]
        var objections: [String] = []
        for line in list.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            let digest = line.prefix(64)
            let path = String(line.dropFirst(66))
            guard digest.count == 64, line.dropFirst(64).hasPrefix("  "), !path.isEmpty,
                listed.updateValue(String(digest), forKey: path) == nil
            else {
                objections.append(
                    "the list of digests has a line that is none: \(line.prefix(200))")
                continue
            }
        }
        if !list.hasSuffix("\n") { objections.append("the list of digests does not end") }
        for path in Set(listed.keys).union(found.keys).sorted() {
            switch (listed[path], found[path]) {
            case (_?, nil): objections.append("\(path) is not there")
            case (nil, _?): objections.append("\(path) is not in the list of digests")
            case (let wanted?, let now?) where wanted != now:
                objections.append("\(path) is not as it was written")
            default: break
            }
        }
        return objections
    }
}
