/// Names of commits.
public enum CommitName {
    /// Whether `text` is the whole name of one commit, not a branch or a tag.
    public static func isWhole(_ text: String) -> Bool {
        text.utf8.count == 40
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
