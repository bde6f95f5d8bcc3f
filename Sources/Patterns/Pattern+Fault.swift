extension Pattern {
    /// Why a text is not a pattern this program reads.
    public struct Fault: Error, Hashable, Sendable, CustomStringConvertible {
        /// Bytes before the place it is about.
        public let offset: Int
        /// A sentence for whoever wrote the pattern.
        public let reason: String

        /// `at byte N: reason`.
        public var description: String { "at byte \(offset): \(reason)" }
    }
}
