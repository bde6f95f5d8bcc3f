internal import Digest
public import JSON
internal import Journal

/// What of an output stands in an entry.
///
/// Text as it is; bytes that are no text in base64; of what is longer than
/// 16 KiB the end, and the whole beside the journal under its digest.
enum Kept {
    static let limit = 16 * 1024

    /// - Parameter store: puts bytes beside the journal; nil when it cannot.
    static func json(_ bytes: [UInt8], store: ([UInt8]) -> StoredOutput?) -> JSONValue {
        guard bytes.count > limit else { return short(bytes) }
        var json: JSONValue = [
            "end": short(Array(bytes.suffix(limit))), "bytes": .int(bytes.count),
        ]
        guard let stored = store(bytes) else {
            json["not-stored"] = "the disk took no more"
            return json
        }
        for (name, value) in stored.json.object ?? [:] { json[name] = value }
        return json
    }

    private static func short(_ bytes: [UInt8]) -> JSONValue {
        if let text = String(validating: bytes, as: UTF8.self) { return .string(text) }
        return ["base64": .string(Base64.text(bytes))]
    }

    /// What stands in the entry: all of it, or its end.
    static func bytes(_ json: JSONValue) -> [UInt8] {
        if let text = json.string { return Array(text.utf8) }
        if let text = json["base64"]?.string { return Base64.bytes(text) ?? [] }
        return json["end"].map(bytes) ?? []
    }

    /// The digest under which the whole stands elsewhere.
    static func digest(_ json: JSONValue) -> String? { json["stored-sha256"]?.string }

    /// Whether only an end is there.
    static func isCut(_ json: JSONValue) -> Bool { json["end"] != nil }
}

extension Exited {
    /// What of an output stands in its entry, as text for a person.
    public static func text(_ output: JSONValue?) -> String {
        String(decoding: output.map(Kept.bytes) ?? [], as: UTF8.self)
    }
}
