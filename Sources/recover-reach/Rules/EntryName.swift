/// The name of one tree entry, judged as the most careless file system would
/// read it.
enum EntryName {
    /// What is wrong with a name, or nil. `bytes` are what the tree holds.
    static func objection(to bytes: [UInt8]) -> String? {
        guard !bytes.isEmpty else { return "an empty name" }
        guard bytes.count <= 255 else { return "a name longer than 255 bytes" }
        guard let name = String(validating: bytes, as: UTF8.self) else {
            return "a name that is not UTF-8"
        }
        guard name != ".", name != ".." else { return "a name that means another directory" }
        guard !bytes.contains(UInt8(ascii: "\\")) else { return "a backslash in a name" }
        guard !bytes.contains(UInt8(ascii: "/")) else { return "a slash in a name" }
        let isControlled = name.unicodeScalars.contains {
            $0.properties.generalCategory == .control
        }
        guard !isControlled else { return "a control byte in a name" }
        return isGitDirectory(name) ? "a name some file systems read as .git" : nil
    }

    /// `.git` in any case; with the code points HFS+ ignores; and, as NTFS has
    /// it, its short name, trailing dots and spaces, or a stream behind a colon.
    private static func isGitDirectory(_ name: String) -> Bool {
        let visible = name.unicodeScalars.filter { !ignoredByHFS.contains($0.value) }
        let plain = String(String.UnicodeScalarView(visible)).lowercased()
        return [".git", "git~1"].contains { reserved in
            guard plain.hasPrefix(reserved) else { return false }
            let rest = plain.unicodeScalars.dropFirst(reserved.count).prefix { $0 != ":" }
            return rest.allSatisfy { $0 == "." || $0 == " " }
        }
    }

    private static let ignoredByHFS: Set<UInt32> = Set(
        Array(0x200C...0x200F) + Array(0x202A...0x202E) + Array(0x206A...0x206F) + [0xFEFF])
}
