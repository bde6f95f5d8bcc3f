import Glibc
import JSON
import LabCluster
import LabHosts

/// What the lab's commands ask the world, and its answers.
struct Questions {
    let world: World

    /// Answers one question; a failure is `{"error": …}`. Nil: no answer, for
    /// a request that was held until its client had gone.
    func answer(_ question: JSONValue, from connection: LineSocket) -> JSONValue? {
        guard question["call"]?.string == "operator" else { return answer(question) }
        return world.gate.pass("OPERATOR", "/operator", isGone: { connection.isGone }) {
            answer(question)
        }
    }

    private func answer(_ question: JSONValue) -> JSONValue {
        do {
            switch question["call"]?.string {
            case "state": return ["state": try WorldState(world).json]
            case "power": return try power(question)
            case "fault":
                let fault = try FaultCatalogue.fault(
                    question["fault"]?.string ?? "", in: world.description)
                try fault.happen(in: world)
                try fault.awaitShown(in: world)
                return ["done": true]
            case "mend":
                try FaultCatalogue.fault(
                    question["fault"]?.string ?? "", in: world.description
                ).mend(in: world)
                return ["done": true]
            case "down":
                // The answer leaves first.
                Background.run {
                    Background.sleep(100)
                    kill(getpid(), SIGTERM)
                }
                return ["done": true]
            case "changes": return ["changes": try changes()]
            case "barrier": return ["barrier": try barrier(question)]
            case "copy":
                try copy(to: question["to"]?.string ?? "")
                return ["done": true]
            case "operator": return ["answer": try operate(question["question"] ?? .null)]
            default: return ["error": "the lab does not know this question"]
            }
        } catch let error as InputError {
            return ["error": .string("\(error)"), "input": true]
        } catch {
            return ["error": .string("\(error)")]
        }
    }

    private func power(_ question: JSONValue) throws -> JSONValue {
        let host = try world.hosts.host(question["node"]?.string ?? "")
        switch question["verb"]?.string {
        case "off": try host.powerOff()
        case "on": try host.powerOn()
        default: break
        }
        return ["power": host.isOn ? "on" : "off"]
    }

    /// Plays the person who approves and who brings new machines.
    private func operate(_ question: JSONValue) throws -> JSONValue {
        switch question["ask"]?.string {
        case "approve": return ["answer": "approved", "by": "lab"]
        case "confirm":
            guard let node = question["rekey"]?.string else {
                return ["answer": "done", "by": "lab"]
            }
            guard let attempt = question["attempt"]?.string, !attempt.isEmpty,
                !attempt.utf8.contains(0x0A)
            else { throw LabFailure("a replacement needs the attempt it belongs to") }
            let key = try world.hosts.host(node).replace(attempt: attempt)
            try world.tellPeople()
            return ["answer": "done", "by": "lab", "host-key": .string(key)]
        default: return ["answer": "refused"]
        }
    }
}
