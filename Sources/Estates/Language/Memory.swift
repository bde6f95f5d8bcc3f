/// Amounts of memory as people write them.
enum Memory {
    /// Gigabytes in `32 GB`; nil when it is no such text.
    static func gigabytes(_ text: String) -> Int? {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2, words[1] == "GB", let amount = Int(words[0]), amount > 0 else {
            return nil
        }
        return amount
    }
}
