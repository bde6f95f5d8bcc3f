/// One file of a cluster's bootstrap record.
struct BootstrapFile: Hashable, Sendable {
    var content: [UInt8]
    /// Seconds since 1970.
    var changed: Int
}
