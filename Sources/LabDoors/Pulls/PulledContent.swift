/// What a pull fetched of an image: what its name stands for, and everything
/// below for one platform.
struct PulledContent: Hashable, Sendable {
    /// Digest of the platform's manifest; nil: the lab knows nothing of it.
    var manifest: String?
    var blobs: [[UInt8]] = []
}
