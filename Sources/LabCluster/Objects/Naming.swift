import Digest
import JSON

/// Names the control plane makes up. Derived from a seed, so that controllers
/// stay pure.
enum Naming {
    /// The letters Kubernetes uses: no vowels, nothing that reads like another.
    private static let letters = Array("bcdfghjklmnpqrstvwxz2456789")

    static func suffix(_ seed: String, length: Int) -> String {
        String(
            SHA256.hash(Array(seed.utf8)).prefix(length).map { letters[Int($0) % letters.count] })
    }

    /// The `pod-template-hash` of a workload's template.
    static func templateHash(_ template: JSONValue) -> String { suffix(template.text, length: 10) }
}

/// Base 64 (RFC 4648) with padding, as Secrets hold their data.
enum Base64 {
    fileprivate static let letters = Array(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)

    static func encode(_ bytes: [UInt8]) -> String {
        var output: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start..<min(start + 3, bytes.count)]
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0...3 {
                output.append(
                    place <= group.count
                        ? letters[bits >> (18 - 6 * place) & 63] : UInt8(ascii: "="))
            }
        }
        return String(decoding: output, as: UTF8.self)
    }
}

extension Base64 {
    /// The bytes of `text`, or nil if it is no base 64.
    static func decode(_ text: String) -> [UInt8]? {
        let symbols = text.utf8.filter { $0 != UInt8(ascii: "=") }
        var bits = 0
        var held = 0
        var output: [UInt8] = []
        for symbol in symbols {
            guard let value = letters.firstIndex(of: symbol) else { return nil }
            bits = bits << 6 | value
            held += 6
            if held >= 8 {
                held -= 8
                output.append(UInt8(truncatingIfNeeded: bits >> held))
                bits &= 1 << held - 1
            }
        }
        return output
    }
}
