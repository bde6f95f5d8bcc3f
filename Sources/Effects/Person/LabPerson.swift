internal import Glibc
internal import JSON
internal import Processes
public import RecoveryEngine

/// A program that answers in a simulated estate, where nobody is asked.
///
/// It reads one question and prints one answer, both JSON.
public struct LabPerson: Person {
    let command: [String]
    let environment: [String: String]

    /// `command` is the binding's argument list.
    public init(command: [String], environment: [String: String]) {
        self.command = command
        self.environment = environment
    }

    /// Agrees if the lab says so.
    public func approve(_ approval: Approval, question: String, target: String) -> Consent {
        let answer = ask([
            "ask": "approve", "step": .string(approval.step), "ordinal": .int(approval.ordinal),
            "digest": .string(approval.digest), "target": .string(target),
            "title": .string(question),
        ])
        guard answer?["answer"]?.string == "approved" else {
            return .nobody("the lab did not approve it")
        }
        return .given(by: ["lab": .string(answer?["by"]?.string ?? "lab")], hostKey: nil)
    }

    /// Has the lab do it.
    public func confirm(attempt: String, question: String, rekey: String?) -> Consent {
        var asked: JSONValue = [
            "ask": "confirm", "attempt": .string(attempt), "title": .string(question),
        ]
        asked["rekey"] = rekey.map(JSONValue.string)
        let answer = ask(asked)
        guard answer?["answer"]?.string == "done" else { return .nobody("the lab did not do it") }
        return .given(by: "lab", hostKey: answer?["host-key"]?.string)
    }

    private func ask(_ question: JSONValue) -> JSONValue? {
        guard let program = command.first else { return nil }
        let call = Command(
            program, Array(command.dropFirst()), environment: environment,
            input: question.utf8 + [0x0A])
        guard let captured = try? call.capture(deadline: .seconds(60)), captured.ending.isSuccess
        else { return nil }
        return try? JSONValue(parsing: captured.output.bytes)
    }
}
