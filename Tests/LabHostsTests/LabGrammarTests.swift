import LabHosts
import Processes
import Testing

/// `lab.yaml` is read before a namespace is entered: what is wrong in it is
/// told at once, with its places.
@Suite struct LabGrammarTests {
    @Test func `every mistake in a lab description is told with its place`() throws {
        let answer = try up { text in
            text.replacing("node-grace:", with: "node-grase:")
                .replacing("kill-node oci-arm-free1", with: "kill-node oci-amr")
                .replacing("\nworld:\n  local: []", with: "\nworld:\n  locl: []\n  local: []")
        }
        #expect(answer.ending == .exited(3))
        let text = answer.error.text
        #expect(text.contains("lab.yaml:27:3: paces has no 'node-grase'"))
        #expect(text.contains("world of 'locl', which is no cluster"))
        #expect(text.contains("oci-layer7 has no machine oci-amr"))
    }

    @Test func `a world that is not there and a lab of another estate are refused`() throws {
        let other = try up { $0.replacing("estate: oci-layer7", with: "estate: lumie") }
        #expect(other.ending == .exited(3) && other.error.text.contains("estate: oci-layer7"))
        let empty = try up { $0.replacing("\nworld:", with: "\nwordl:") }
        #expect(empty.ending == .exited(3) && empty.error.text.contains("has no world"))
    }

    /// `recover-lab up` of a copy of the library with a changed lab.yaml.
    private func up(_ change: (String) -> String) throws -> Captured {
        let folder = Lab.folder("grammar-\(UInt32.random(in: 0...UInt32.max))")
        defer { Disk.removeTree(folder) }
        let snapshot = "\(Lab.library)/snapshots/oci-layer7"
        try Disk.makeFolder("\(folder)/snapshots/oci-layer7")
        for name in ["estate.yaml", "lab.yaml"] {
            let text = try #require(Disk.text("\(snapshot)/\(name)"))
            try Disk.write(
                "\(folder)/snapshots/oci-layer7/\(name)", name == "lab.yaml" ? change(text) : text)
        }
        return try Command(
            Lab.program, ["up", "--estate", "oci-layer7", "--library", folder, "\(folder)/lab"],
            environment: Lab.environment
        ).capture(deadline: .seconds(30))
    }
}
