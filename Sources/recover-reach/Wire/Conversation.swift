internal import CGit2

/// Puts a wire of ours under libgit2's smart protocol: libgit2 reads refs and
/// packs the same way whoever carries them, and no other transport of its own
/// ever opens a connection.
final class Conversation {
    private let wire: any Wire
    private let limit: Int
    private var received = 0
    private var isAboutRefs = true
    /// Why it ended, where the wire or a limit ended it.
    private(set) var refusal: Refusal?

    private let subtransport = UnsafeMutablePointer<cgit2_subtransport>.allocate(capacity: 1)
    private let stream = UnsafeMutablePointer<cgit2_stream>.allocate(capacity: 1)
    private var definition: git_smart_subtransport_definition

    /// What the list of refs may take: a hostile one is kept in memory.
    private static let refsLimit = 16 << 20

    /// `limit` bytes at most are taken from the wire.
    init(over wire: any Wire, limit: Int) {
        self.wire = wire
        self.limit = limit
        definition = git_smart_subtransport_definition()
        let owner = Unmanaged.passUnretained(self).toOpaque()
        definition.rpc = wire.isStateless ? 1 : 0
        definition.param = owner
        definition.callback = { out, _, owner in
            guard let out, let this = Conversation.at(owner) else { return GIT_ERROR.rawValue }
            out.pointee = UnsafeMutableRawPointer(this.subtransport)
                .assumingMemoryBound(to: git_smart_subtransport.self)
            return 0
        }
        subtransport.initialize(to: cgit2_subtransport(base: Self.base, owner: owner))
        stream.initialize(to: cgit2_stream(base: Self.streamBase, owner: owner))
        stream.pointee.base.subtransport = UnsafeMutableRawPointer(subtransport)
            .assumingMemoryBound(to: git_smart_subtransport.self)
    }

    deinit {
        subtransport.deallocate()
        stream.deallocate()
    }

    /// The transport of a remote.
    func makeTransport(
        _ out: UnsafeMutablePointer<UnsafeMutablePointer<git_transport>?>?, _ remote: OpaquePointer?
    ) -> Int32 {
        git_transport_smart(out, remote, &definition)
    }

    private static func at(_ owner: UnsafeMutableRawPointer?) -> Conversation? {
        owner.map { Unmanaged<Conversation>.fromOpaque($0).takeUnretainedValue() }
    }

    private static func at(_ subtransport: UnsafeMutablePointer<git_smart_subtransport>?)
        -> Conversation?
    {
        at(
            UnsafeMutableRawPointer(subtransport)?
                .assumingMemoryBound(to: cgit2_subtransport.self).pointee.owner)
    }

    private static func at(_ stream: UnsafeMutablePointer<git_smart_subtransport_stream>?)
        -> Conversation?
    {
        at(
            UnsafeMutableRawPointer(stream)?
                .assumingMemoryBound(to: cgit2_stream.self).pointee.owner)
    }

    /// Runs `body`; libgit2 hears only that it did not work.
    private func attempt(_ body: () throws(Refusal) -> Void) -> Int32 {
        guard refusal == nil else { return GIT_EUSER.rawValue }
        do throws(Refusal) {
            try body()
            return 0
        } catch {
            refusal = error
            return GIT_EUSER.rawValue
        }
    }

    private func ask(_ service: git_smart_service_t) -> Int32 {
        attempt { () throws(Refusal) in
            switch service {
            case GIT_SERVICE_UPLOADPACK_LS:
                Phase.enter(.refs)
                try wire.askForRefs()
            case GIT_SERVICE_UPLOADPACK:
                isAboutRefs = false
                Phase.enter(.pack)
                try wire.askForPack()
            default:
                throw Refusal(
                    "GT-GIT", "libgit2 wants to send", do: "Report this.", exit: .failed)
            }
        }
    }

    private func receive(_ room: UnsafeMutableRawBufferPointer) throws(Refusal) -> Int {
        let count = try wire.receive(room)
        received += count
        let limit = isAboutRefs ? min(limit, Self.refsLimit) : limit
        guard received <= limit else {
            throw Refusal.limit(
                "the source sends more than \(limit >> 20) MiB \(isAboutRefs ? "of refs" : "in all")"
            )
        }
        return count
    }

    private static var base: git_smart_subtransport {
        git_smart_subtransport(
            action: { out, subtransport, _, service in
                guard let this = Conversation.at(subtransport), let out else {
                    return GIT_ERROR.rawValue
                }
                out.pointee = UnsafeMutableRawPointer(this.stream)
                    .assumingMemoryBound(to: git_smart_subtransport_stream.self)
                return this.ask(service)
            },
            close: { subtransport in
                Conversation.at(subtransport)?.wire.end()
                return 0
            },
            // Both structures belong to the conversation.
            free: { _ in })
    }

    private static var streamBase: git_smart_subtransport_stream {
        git_smart_subtransport_stream(
            subtransport: nil,
            read: { stream, room, size, count in
                guard let this = Conversation.at(stream), let count else {
                    return GIT_ERROR.rawValue
                }
                return this.attempt { () throws(Refusal) in
                    count.pointee = try this.receive(
                        UnsafeMutableRawBufferPointer(start: room, count: size))
                }
            },
            write: { stream, bytes, count in
                guard let this = Conversation.at(stream) else { return GIT_ERROR.rawValue }
                return this.attempt { () throws(Refusal) in
                    try this.wire.send(UnsafeRawBufferPointer(start: bytes, count: count))
                }
            },
            free: { _ in })
    }
}
