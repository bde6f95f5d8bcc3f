import JSON

/// Names of backups, and where their bytes lie.
enum LonghornBackup {
    /// `s3://bucket@region/?backup=NAME&volume=VOLUME`, as Longhorn builds it.
    static func url(_ target: String, backup: String, volume: String) -> String {
        let base = target.hasSuffix("/") ? target : target + "/"
        return "\(base)?backup=\(backup)&volume=\(volume)"
    }

    /// The folder of a backup in the store its URL names; nil if it is none.
    static func place(_ url: String) -> VolumePlace? {
        let halves = url.split(separator: "?", maxSplits: 1)
        guard halves.count == 2 else { return nil }
        var query: [Substring: Substring] = [:]
        for part in halves[1].split(separator: "&") {
            let pair = part.split(separator: "=", maxSplits: 1)
            if pair.count == 2 { query[pair[0]] = pair[1] }
        }
        guard let backup = query["backup"], let volume = query["volume"] else { return nil }
        return VolumePlace(node: "", path: "\(store(String(halves[0])))/\(volume)/\(backup)")
    }

    /// The folder that stands for a backup target.
    static func store(_ target: String) -> String {
        "/backupstore/" + String(target.filter { $0.isLetter || $0.isNumber || $0 == "-" })
    }
}
