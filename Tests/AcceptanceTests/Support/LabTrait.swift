import Testing

/// Gives a suite, and the suites in it, one lab.
struct LabTrait: SuiteTrait, TestScoping {
    let name: String
    let faults: [String]

    func provideScope(
        for test: Test, testCase: Test.Case?, performing body: @Sendable () async throws -> Void
    ) async throws {
        let lab = try await Lab(name, faults: faults)
        defer { lab.end() }
        try await Lab.$current.withValue(lab) { try await body() }
    }
}

extension Trait where Self == LabTrait {
    /// One lab called `name`, with these faults from the beginning.
    static func lab(_ name: String, faults: [String] = []) -> LabTrait {
        LabTrait(name: name, faults: faults)
    }
}
