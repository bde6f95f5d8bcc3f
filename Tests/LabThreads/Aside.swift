public import Testing

/// Keeps what is in a suite off the threads all tests share.
///
/// Suites start level by level: one in a suite would come behind the first tests
/// of every other, and ask for its place among the labs only when those are done.
public struct Aside: SuiteTrait, TestScoping {
    private static let threads = ThreadExecutor(threads: 2)

    public func provideScope(
        for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void
    ) async throws {
        try await withTaskExecutorPreference(Self.threads) { try await body() }
    }
}

extension Trait where Self == Aside {
    /// Off the threads all tests share.
    public static var aside: Aside { Aside() }
}
