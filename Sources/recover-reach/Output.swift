internal import Glibc
import JSON

/// Writes to the two streams with plain `write`, so nothing stays in a buffer
/// when the process is killed.
enum Output {
    /// Writes an answer and a line feed to standard output.
    static func answer(_ answer: JSONValue) throws(Refusal) {
        try standard(answer.utf8 + [0x0A])
    }

    /// Writes bytes to standard output.
    static func standard(_ bytes: [UInt8]) throws(Refusal) {
        guard write(bytes, to: 1) else {
            throw Refusal(
                "GT-OUTPUT",
                "standard output cannot be written: \(String(cString: strerror(errno)))",
                do: "Keep reading until the program ends.", exit: .failed)
        }
    }

    /// Writes bytes to standard error; nobody is left to tell when that fails.
    static func standardError(_ bytes: [UInt8]) {
        _ = write(bytes, to: 2)
    }

    private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(descriptor, $0.baseAddress, $0.count) }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
