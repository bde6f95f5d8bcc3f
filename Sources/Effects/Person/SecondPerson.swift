internal import Glibc
internal import Processes

/// Another person's agreement: their ssh signature over a text.
///
/// Verified by `ssh-keygen -Y verify`, as anybody can do again later.
public struct SecondPerson: Sendable {
    /// The signature's namespace: no signature made for anything else counts.
    public static let namespace = "recover-approval-v1"
    /// Who signed, as the binding calls them.
    public let name: String
    private let key: String
    private let signature: String

    /// - Parameters:
    ///   - key: their public key, `type base64`.
    ///   - signature: path of the file `ssh-keygen -Y sign` wrote.
    public init(name: String, key: String, signature: String) {
        self.name = name
        self.key = key
        self.signature = signature
    }

    /// The signature, when it is theirs and over exactly `text`; nil otherwise.
    ///
    /// - Parameter directory: private folder for the list of allowed signers.
    public func signed(_ text: String, toolbox: Toolbox, directory: String) -> String? {
        let signers = "\(directory)/allowed-signers"
        let line = "\(name) namespaces=\"\(Self.namespace)\" \(key)\n"
        guard name.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F && $0 != 0x22 }),
            let program = try? toolbox.resolve("ssh-keygen"), let armour = Files.read(signature),
            Files.write(Array(line.utf8), to: signers, mode: 0o600)
        else { return nil }
        let verify = Command(
            program, ["-Y", "verify", "-f", signers, "-I", name, "-n", Self.namespace, "-s", signature],
            environment: toolbox.environment(home: directory), input: Array(text.utf8))
        guard let captured = try? verify.capture(deadline: .seconds(20)), captured.ending.isSuccess
        else { return nil }
        return String(decoding: armour, as: UTF8.self)
    }

    /// What to type to give one.
    public static func howTo(_ statement: String, then command: String) -> String {
        """
        a second person, one of the binding's approvers, signs exactly this statement:
          \(statement)
          ssh-keygen -Y sign -f KEY -n \(namespace) statement
          \(command) --approver NAME --signature statement.sig
        """
    }
}
