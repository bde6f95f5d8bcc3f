import Processes
import Synchronization
import Testing

@testable import LabCluster

/// What a worker looks at, and how often it did.
private final class Watched: Sendable {
    private let numbers = Mutex((revision: 0, rounds: 0))
    var revision: Int { numbers.withLock { $0.revision } }
    var rounds: Int { numbers.withLock { $0.rounds } }
    func change() { numbers.withLock { $0.revision += 1 } }
    func count() { numbers.withLock { $0.rounds += 1 } }
}

@Suite struct WorkerTests {
    @Test(.timeLimit(.minutes(10)))
    func `a change is looked at long before the pace is over`() async throws {
        let watched = Watched()
        let worker = Worker(
            pace: { .seconds(3600) }, revision: { watched.revision },
            body: {
                // What a round changes itself is looked at as well.
                if watched.rounds == 0 { watched.change() }
                watched.count()
            })
        worker.start()
        while watched.rounds < 2 { try await Task.sleep(for: .milliseconds(5)) }
        watched.change()
        while watched.rounds < 3 { try await Task.sleep(for: .milliseconds(5)) }
        worker.stop()
        #expect(watched.rounds == 3)
    }

    @Test func `all is done at once, and an error is told`() throws {
        let done = Done()
        try Together.each(Array(0..<50)) { done.add($0) }
        #expect(done.numbers == Set(0..<50))
        #expect(throws: DatastoreOutage.self) {
            try Together.each([1, 2, 3]) { if $0 == 2 { throw DatastoreOutage("no") } }
        }
    }
}

private final class Done: Sendable {
    private let all = Mutex<Set<Int>>([])
    var numbers: Set<Int> { all.withLock { $0 } }
    func add(_ number: Int) { all.withLock { _ = $0.insert(number) } }
}
