import JSON
import LabHosts

extension World {
    /// A drill's argument: a literal, or `{file: join-token}`, a file the lab
    /// has written.
    func argument(_ value: JSONValue) throws(InputError) -> String {
        switch value {
        case .string(let text): return text
        case .int(let number): return String(number)
        case .object(let members) where members["file"]?.string == "join-token": return joinToken
        default:
            throw InputError("a drill's argument is text or {file: join-token}, not \(value.text)")
        }
    }

    /// Waits until the Nodes of a world that was started again are as they
    /// were in the copy.
    func awaitReadiness(_ known: [String: String]) throws(LabFailure) {
        for _ in 0..<300 {
            if known.allSatisfy({ readiness($0.key) == $0.value }) { return }
            Background.sleep(50)
        }
        let names = known.filter { readiness($0.key) != $0.value }.keys.sorted()
        throw LabFailure("after a restart the Nodes are not as before: \(names)")
    }
}
