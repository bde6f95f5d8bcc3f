import Built
import JSON
import Processes

/// The built `recover-reach`, run as `recover` runs it: an empty environment
/// and a deadline.
enum Program {
    /// What one call left.
    struct Answer {
        let ending: Ending
        let output: [UInt8]
        let error: [UInt8]

        var json: JSONValue? { try? JSONValue(parsing: output) }
        var refusal: JSONValue? { try? JSONValue(parsing: error) }
        var code: String? { refusal?["code"]?.string }
    }

    static func run(
        _ arguments: [String], environment: [String: String] = [:]
    ) throws -> Answer {
        let captured = try Command(try path(), arguments, environment: environment)
            .capture(deadline: .seconds(60), window: 8 << 20)
        return Answer(
            ending: captured.ending, output: captured.output.bytes, error: captured.error.bytes)
    }

    /// Where the built program is.
    static func path() throws -> String { try Built.program("recover-reach") }
}
