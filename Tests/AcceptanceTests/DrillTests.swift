import LabThreads
import Processes
import Testing

extension AcceptanceTests {
    /// The drill of the shipped runbook, and of one that was spoilt.
    @Suite(.serialized, .onLabThreads(seconds: 150)) struct DrillTests {
        private func drill(_ name: String, _ change: (String) throws -> String) throws -> Answer {
            let folder = try Lab.folder(name)
            defer { Lab.remove(folder) }
            let library = try Library("\(folder)/library")
            try library.write("node-loss", try change(try Library.shipped("node-loss")))
            let words = [
                "drill", "node-loss", "--estate", "oci-layer7", "--library", library.folder,
                "--keep", "\(folder)/lab",
            ]
            let captured = try Command(
                try Programs.path("recover"), words, environment: Programs.environment
            ).capture(deadline: .seconds(100))
            return Answer(
                command: "recover \(words.joined(separator: " "))", ending: captured.ending,
                bytes: captured.output.bytes + captured.error.bytes)
        }

        @Test(.timeLimit(.minutes(10)))
        func `the drill of node-loss recovers, and the world is as it was`() throws {
            let answer = try drill("drill") { $0 }
            #expect(answer.code == 0, "\(answer)")
            #expect(answer.text.contains("RECOVERED"), "\(answer)")
            #expect(answer.text.contains("the world equals the healthy one"), "\(answer)")
        }

        @Test(.timeLimit(.minutes(10)))
        func `without its labels step it does not, and says what is missing`() throws {
            let step = try Library.step("labels", of: "node-loss")
            let answer = try drill("drill-spoilt") { text in
                try #require(text.contains(step))
                return text.replacing(step, with: "").replacing("within: 10m", with: "within: 2s")
            }
            #expect(answer.code == 6 || answer.code == 11, "\(answer)")
            #expect(answer.text.contains("oci-arm-free1 lacks the label node.io/role"), "\(answer)")
            #expect(answer.text.contains("differs from the healthy world"), "\(answer)")
            #expect(!answer.text.contains("RECOVERED"), "\(answer)")
        }
    }
}
