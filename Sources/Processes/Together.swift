internal import Glibc
internal import Synchronization

/// Several things done at once, on threads of their own.
public enum Together {
    /// Does `body` for each of `items`, a few at a time, and returns when all
    /// are done; throws the first error there was.
    public static func each<Item: Sendable>(
        _ items: [Item], atOnce: Int = 4, _ body: @escaping @Sendable (Item) throws -> Void
    ) throws {
        let work = Work(items, body)
        let threads = items.prefix(atOnce).indices.map { _ in thread(work) }
        // Where the machine has no thread left, this one does it all.
        if !threads.contains(where: { $0 != nil }) { work.run() }
        for case let thread? in threads { pthread_join(thread, nil) }
        if let failure = work.failure { throw failure }
    }

    /// Does all of `bodies`.
    public static func all(_ bodies: (@Sendable () throws -> Void)...) throws {
        try each(bodies) { try $0() }
    }

    private static func thread(_ work: any Workable) -> pthread_t? {
        var thread = pthread_t()
        let context = Unmanaged.passRetained(Box(work))
        let code = pthread_create(
            &thread, nil,
            { context in
                if let context { Unmanaged<Box>.fromOpaque(context).takeRetainedValue().work.run() }
                return nil
            }, context.toOpaque())
        guard code != 0 else { return thread }
        context.release()
        return nil
    }

    private protocol Workable: Sendable {
        func run()
    }

    private final class Box: Sendable {
        let work: any Workable
        init(_ work: any Workable) { self.work = work }
    }

    private final class Work<Item: Sendable>: Workable {
        private let items: [Item]
        private let body: @Sendable (Item) throws -> Void
        private let state = Mutex<(next: Int, failure: (any Error)?)>((0, nil))

        init(_ items: [Item], _ body: @escaping @Sendable (Item) throws -> Void) {
            self.items = items
            self.body = body
        }

        var failure: (any Error)? { state.withLock { $0.failure } }

        /// Takes one item after another; an error ends it for all.
        func run() {
            while let item = next() {
                do { try body(item) } catch {
                    state.withLock { $0.failure = $0.failure ?? error }
                }
            }
        }

        private func next() -> Item? {
            state.withLock { state in
                guard state.failure == nil, state.next < items.count else { return nil }
                defer { state.next += 1 }
                return items[state.next]
            }
        }
    }
}
