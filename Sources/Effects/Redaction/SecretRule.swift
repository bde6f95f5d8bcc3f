/// Which secrets can be kept out of outputs.
public enum SecretRule {
    /// Shortest secret that can be told from ordinary text.
    public static let shortest = 8

    /// Longest secret; every spelling of it is kept in memory while a run lasts.
    public static let longest = 64 << 10

    /// Why `bytes` cannot be kept out of outputs, and what to do; nil when they can.
    public static func refusal(_ bytes: [UInt8]) -> String? {
        let core = Spelling.trimmed(bytes)
        if core.isEmpty { return "it is empty; check that the file is the right one" }
        if core.count < shortest {
            return "it is shorter than \(shortest) bytes and could not be masked in outputs; "
                + "use a longer one, or mark the step 'output: none'"
        }
        if core.count > longest {
            return "it is larger than \(longest >> 10) KiB and could not be masked in outputs; "
                + "give only the part that is secret"
        }
        if CommonWords.contains(core) {
            return "it is a common word, and masking it would blot out ordinary text; "
                + "use a longer, random one, or mark the step 'output: none'"
        }
        return nil
    }
}
