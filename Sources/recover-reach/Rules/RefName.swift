/// The refs of a mirror. Names are built from checked parts only, so none can
/// leave its own corner of `refs/`.
enum RefName {
    /// The name of a branch or tag: parts of letters, digits and `. _ -`, joined by `/`.
    static func name(_ text: String) throws(Refusal) -> String {
        guard isPath(text) else {
            throw Refusal(
                "GT-REF", "'\(text.shown)' is not the name of a branch or tag this tool accepts",
                do:
                    "Use letters, digits and . _ - in parts joined by /, none starting with . or -.",
                exit: .refused)
        }
        return text
    }

    /// An attempt id: lower-case letters, digits and `-`.
    static func attempt(_ text: String) throws(Refusal) -> String {
        let bytes = text.utf8
        let isAllowed = bytes.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x30...0x39).contains(byte)
                || byte == UInt8(ascii: "-")
        }
        guard isAllowed, (1...63).contains(bytes.count), bytes.first != UInt8(ascii: "-") else {
            throw Refusal(
                "GT-REF", "'\(text.shown)' is not an attempt id",
                do: "Use up to 63 lower-case letters, digits and -, not starting with -.",
                exit: .refused)
        }
        return text
    }

    /// Whether `text` is a ref this program made.
    static func isOwn(_ text: String) -> Bool {
        ["incoming", "verified", "incoming-tags", "verified-tags"].contains { corner in
            let prefix = "refs/\(corner)/"
            return text.hasPrefix(prefix) && isPath(String(text.dropFirst(prefix.count)))
        }
    }

    private static func isPath(_ text: String) -> Bool {
        guard (1...200).contains(text.utf8.count) else { return false }
        return text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { part in
            guard let first = part.utf8.first, part.utf8.allSatisfy(\.isNameByte) else {
                return false
            }
            return first != UInt8(ascii: ".") && first != UInt8(ascii: "-")
                && !part.hasSuffix(".") && !part.hasSuffix(".lock") && !part.contains("..")
        }
    }
}
