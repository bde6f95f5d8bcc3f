internal import CGit2

/// The name of an object: 40 lower-case hex digits.
struct ObjectID: Hashable, CustomStringConvertible {
    let description: String

    /// Checks the text; nil unless it is 40 lower-case hex digits.
    init?(_ text: String) {
        let isHex = text.utf8.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
        }
        guard text.utf8.count == 40, isHex else { return nil }
        description = text
    }

    /// Copies a libgit2 object id.
    init(_ raw: git_oid) {
        var raw = raw
        let digits = [CChar](unsafeUninitializedCapacity: 40) { buffer, count in
            git_oid_fmt(buffer.baseAddress, &raw)
            count = 40
        }
        description = String(decoding: digits.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }

    /// An option that must be a whole commit id.
    static func commit(_ text: String) throws(Refusal) -> ObjectID {
        guard let id = ObjectID(text) else {
            throw Refusal(
                "GT-REF", "'\(text.shown)' is not a commit id",
                do: "Give all 40 lower-case hex digits.",
                exit: .refused)
        }
        return id
    }

    /// As libgit2 wants it.
    var raw: git_oid {
        var raw = git_oid()
        git_oid_fromstr(&raw, description)
        return raw
    }
}
