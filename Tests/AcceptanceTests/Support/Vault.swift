import Canary
import Glibc
import JSON
import Processes
import Testing

/// New secrets for one test, each in the file it is handed over in, and a
/// canary that knows them and the lab's own.
struct Vault {
    /// Not scanned: this is where they belong.
    let folder: String
    let canary: Canary
    /// The secret parameter `token`, with what is awkward to quote in it.
    let token: [UInt8]
    /// Name of the sealing key's Secret.
    let key: String

    var tokenFile: String { "\(folder)/held" }
    var keysFile: String { "\(folder)/backup.json" }
    /// A program that prints everything it can find, in every spelling.
    var leak: String { "\(folder)/leak" }

    init(_ lab: Lab, _ name: String) throws {
        folder = "\(lab.folder)/\(name)-vault"
        key = "canary-\(name)"
        try Files.makeFolder(folder)
        token = Self.random(40) + Array(#""\/+ %&'"#.utf8) + Self.random(8)
        try Files.write(token, to: "\(folder)/held", mode: 0o600)
        let config = "\(lab.folder)/lab/config/recover/kubeconfig-local.yaml"
        let credential = try #require(
            Files.text(config)?.split(separator: "\n").first { $0.contains("token:") })
        let identity = "\(lab.folder)/lab/keys/client_key"
        // The seed stands behind two copies of the public key, in a layout without options.
        let seed = try Self.shell("sed '/-----/d' \(identity) | base64 -d")
        try #require(seed.count > 225)
        var secrets = [
            "token": token, "ssh-seed": Array(seed[161..<193]),
            "kubeconfig": Array(credential.split(separator: ":")[1].utf8.filter { $0 > 0x22 }),
        ]
        secrets.merge(try Self.sealingKey(folder, key)) { $1 }
        canary = Canary(secrets)
        try writeLeak(identity: identity)
    }

    /// A sealing key and its backup; the pieces that give it away.
    private static func sealingKey(_ folder: String, _ name: String) throws -> [String: [UInt8]] {
        _ = try shell(
            "cd \(folder) && openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 "
                + "-nodes -days 30 -subj /CN=sealed -keyout k.pem -out c.pem 2>&1")
        let data = try shell("base64 -w0 \(folder)/k.pem")
        let certificate = try shell("base64 -w0 \(folder)/c.pem")
        let body = try shell("sed '/-----/d' \(folder)/k.pem | tr -d '\\n'")
        let scalar = try shell("sed '/-----/d' \(folder)/k.pem | base64 -d")[36..<68]
        let text = { (bytes: [UInt8]) in JSONValue.string(String(decoding: bytes, as: UTF8.self)) }
        let secret: JSONValue = [
            "apiVersion": "v1", "kind": "Secret", "type": "kubernetes.io/tls",
            "metadata": [
                "name": .string(name), "namespace": "default", "resourceVersion": "7",
                "labels": ["sealedsecrets.bitnami.com/sealed-secrets-key": "active"],
            ],
            "data": ["tls.crt": text(certificate), "tls.key": text(data)],
        ]
        let list: JSONValue = ["apiVersion": "v1", "kind": "List", "items": [secret]]
        try Files.write(list.utf8, to: "\(folder)/backup.json", mode: 0o600)
        // 28 bytes of the PEM name its format, and 36 of the DER its curve.
        return [
            "sealing-key": Array(scalar), "sealing-key-pem": Array(body[48..<60]),
            "sealing-key-data": Array(data[108..<148]),
        ]
    }

    private func writeLeak(identity: String) throws {
        var lines: [[UInt8]] = [token, Spellings.hex(token)]
        lines += [true, false].map { Spellings.percent(token, isUpper: $0) }
        lines += ["", "x", "xy"].map { Spellings.base64(Array($0.utf8) + token) }
        lines.append(JSONValue.string(String(decoding: token, as: UTF8.self)).utf8)
        try Files.write(Array(lines.joined(separator: [0x0A])) + [0x0A], to: "\(folder)/lines")
        // The token comes in two writes, far enough apart for two reads.
        try Files.write(
            """
            #!/bin/sh
            cat \(folder)/lines
            head -c 20 \(tokenFile); sleep 0.1; tail -c +21 \(tokenFile); echo
            cat "$HOME/kubeconfig-local" \(identity) \(folder)/k.pem \(keysFile)
            cat \(folder)/lines >&2
            head -c 20 \(tokenFile) >&2; sleep 0.1; tail -c +21 \(tokenFile) >&2; echo >&2
            exit ${1:-0}

            """, to: leak, mode: 0o755)
    }

    private static func random(_ count: Int) -> [UInt8] {
        let letters = Array("abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789".utf8)
        return (0..<count).map { _ in letters[Int.random(in: 0..<letters.count)] }
    }

    private static func shell(_ line: String) throws -> [UInt8] {
        let captured = try Command("/bin/sh", ["-c", line], environment: ["PATH": "/usr/bin:/bin"])
            .capture(deadline: .seconds(30))
        try #require(captured.ending.isSuccess, "\(line): \(captured.output.text)\(captured.error.text)")
        return captured.output.bytes
    }
}

/// How programs write bytes down.
enum Spellings {
    static func hex(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { Array(($0 < 16 ? "0" : "") + String($0, radix: 16)).map { $0.asciiValue ?? 0 } }
    }

    /// Letters and digits stand for themselves in a URL.
    static func percent(_ bytes: [UInt8], isUpper: Bool) -> [UInt8] {
        bytes.flatMap { byte -> [UInt8] in
            let scalar = UnicodeScalar(byte)
            if Character(scalar).isLetter || Character(scalar).isNumber { return [byte] }
            let digits = String(decoding: hex([byte]), as: UTF8.self)
            return [0x25] + Array((isUpper ? digits.uppercased() : digits).utf8)
        }
    }

    static func base64(_ bytes: [UInt8]) -> [UInt8] {
        let alphabet = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
        var text: [UInt8] = []
        for start in stride(from: 0, to: bytes.count, by: 3) {
            let group = bytes[start...].prefix(3)
            let bits = group.reduce(0) { $0 << 8 | Int($1) } << (8 * (3 - group.count))
            for place in 0...group.count { text.append(alphabet[bits >> (18 - 6 * place) & 63]) }
            text += [UInt8](repeating: 0x3D, count: 3 - group.count)
        }
        return text
    }
}
