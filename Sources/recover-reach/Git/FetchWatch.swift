internal import CGit2

/// Looks on while a fetch runs, and ends it where it takes too much.
final class FetchWatch {
    /// What carries the bytes; nil where libgit2 reads the source's files.
    let conversation: Conversation?
    private let bytes: Int
    private let objects: Int
    private var objection: Refusal?

    init(over wire: (any Wire)?, bytes: Int, objects: Int) {
        conversation = wire.map { Conversation(over: $0, limit: bytes) }
        self.bytes = bytes
        self.objects = objects
    }

    static func at(_ payload: UnsafeMutableRawPointer?) -> FetchWatch? {
        payload.map { Unmanaged<FetchWatch>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Why it was ended, where libgit2 did not end it by itself.
    var refusal: Refusal? { objection ?? conversation?.refusal }

    /// Whether what was received so far, and is announced, may go on.
    func admits(_ progress: git_indexer_progress) -> Bool {
        if progress.received_bytes > bytes {
            objection = Refusal.limit("the source sends more than \(bytes >> 20) MiB")
        } else if progress.total_objects > objects {
            objection = Refusal.limit(
                "the source sends \(progress.total_objects) objects; \(objects) are allowed")
        }
        return objection == nil
    }
}
