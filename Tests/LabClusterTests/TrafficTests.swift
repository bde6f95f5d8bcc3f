import Glibc
import Processes
import Testing

/// The tools of `make lab-fidelity` and `make lab-soak`, in short.
@Suite(.serialized) struct TrafficTests {
    private static let root = #filePath.split(separator: "/").dropLast(3)
        .reduce("") { "\($0)/\($1)" }

    private func run(_ script: String, _ arguments: [String]) throws -> Captured {
        let tools = getenv("RECOVER_LAB_TOOLS").map { String(cString: $0) }
        var folder = getenv("RECOVER_BIN").map { String(cString: $0) } ?? ""
        if folder.isEmpty {
            let tests = CommandLine.arguments.first { $0.contains(".xctest") } ?? ""
            folder = tests.split(separator: "/").dropLast().reduce("") { "\($0)/\($1)" }
        }
        let program = "\(folder)/bare-cluster"
        return try Command(
            "/usr/bin/python3",
            ["-B", "\(Self.root)/Tests/Fidelity/\(script)", program]
                + [tools ?? "\(Self.root)/.build/tools/root"] + arguments,
            environment: ["PATH": "/usr/bin:/bin"]
        ).capture(deadline: .seconds(300))
    }

    @Test func `commands of the shipped runbooks are as recorded`() throws {
        let names = """
            get-nodes-json|cordon|uncordon|taint-node|label-node-overwrite|patch-pv-reclaim|scale-sts|\
            apply-server-side.*|patch-app-.*|get-secret-selector-json|raw-readyz|patch-kustomization.*
            """
        let done = try run("fidelity.py", ["--only", names])
        #expect(done.ending.isSuccess, "\(done.output.text)\(done.error.text)")
        #expect(done.output.text.contains(" same\n"))
    }

    @Test func `traffic of both versions leaves the server as it was`() throws {
        let done = try run("soak.py", ["--seconds", "20", "--pods", "1000"])
        #expect(done.ending.isSuccess, "\(done.output.text)\(done.error.text)")
        #expect(done.output.text.contains("commands: "))
    }
}
