public import Testing

/// Runs the tests of a suite on threads of their own, and few such suites at once.
///
/// A test with a lab mostly waits. On the threads all tests share, one for each
/// core, each of its turns would wait behind hundreds of short tests, and each
/// of its waits would keep those waiting.
public struct LabThreads: SuiteTrait, TestScoping {
    /// So many labs load two cores and crowd nobody out.
    private static let room = Room(places: 3)
    private static let threads = ThreadExecutor(threads: 3)
    /// All suites come within the first moments of a run; then the longest can go first.
    private static let opening = Task(executorPreference: threads) {
        try? await Task.sleep(for: .seconds(1))
        await room.open()
    }

    /// About how long the suite takes. The longest goes first: begun last, it would
    /// run on alone while a core stands idle.
    let seconds: Int

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void
    ) async throws {
        _ = Self.opening
        await Self.room.enter(for: seconds)
        let result: Result<Void, any Error>
        do {
            result = .success(
                try await withTaskExecutorPreference(Self.threads) { try await body() })
        } catch {
            result = .failure(error)
        }
        await Self.room.leave()
        try result.get()
    }
}

extension Trait where Self == LabThreads {
    /// On the threads for labs.
    public static var onLabThreads: LabThreads { LabThreads(seconds: 0) }

    /// On the threads for labs, before what takes less than about so long.
    public static func onLabThreads(seconds: Int) -> LabThreads { LabThreads(seconds: seconds) }
}
