internal import Glibc
public import JSON

/// Bytes kept beside the journal, named by their digest.
public struct StoredOutput: Hashable, Sendable {
    /// SHA-256 of the bytes, in hex; also their file's name.
    public let digest: String
    /// How many bytes.
    public let bytes: Int

    /// How an entry refers to them, anywhere in its data:
    /// `{"stored-bytes": 20480, "stored-sha256": "…"}`. Verification finds
    /// these two members by name and demands the file.
    public var json: JSONValue {
        ["stored-sha256": .string(digest), "stored-bytes": .int(bytes)]
    }

    /// Whether a canonical line may have references; if not, it has none.
    static func isMentioned(in line: UnsafeRawBufferPointer) -> Bool {
        let mark: StaticString = "-sha256\":"
        guard var place = line.baseAddress else { return false }
        let end = place + line.count
        // The dash is the rarest of its bytes.
        while let dash = memchr(place, Int32(UInt8(ascii: "-")), end - place) {
            if end - UnsafeRawPointer(dash) >= mark.utf8CodeUnitCount,
                memcmp(dash, mark.utf8Start, mark.utf8CodeUnitCount) == 0
            {
                return true
            }
            place = UnsafeRawPointer(dash) + 1
        }
        return false
    }

    /// All references in `data`, at any depth.
    static func references(in data: JSONValue) -> [StoredOutput] {
        switch data {
        case .array(let elements): return elements.flatMap(references)
        case .object(let members):
            var found = members.values.flatMap(references)
            if let digest = data["stored-sha256"]?.string, let bytes = data["stored-bytes"]?.int {
                found.append(StoredOutput(digest: digest, bytes: bytes))
            }
            return found
        default: return []
        }
    }
}
