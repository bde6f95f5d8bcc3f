/// Carries the bytes of one conversation with git's upload-pack; what they mean
/// is libgit2's business, whatever the transport.
protocol Wire: AnyObject {
    /// Whether every request stands alone, as over HTTP.
    var isStateless: Bool { get }

    /// The source's refs are asked for.
    func askForRefs() throws(Refusal)
    /// A part of the pack's negotiation is said next.
    func askForPack() throws(Refusal)
    func send(_ bytes: UnsafeRawBufferPointer) throws(Refusal)
    /// Reads what there is, waiting for it; 0 at the end.
    func receive(_ room: UnsafeMutableRawBufferPointer) throws(Refusal) -> Int
    func end()
}
