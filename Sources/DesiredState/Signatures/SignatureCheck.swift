public import Estates
internal import Processes
internal import YAML

/// Holds a signature against the signers a binding lists.
///
/// `ssh-keygen` and `gpgv` decide, over exactly the payload. Both judge a key
/// by this machine's clock: what a commit says of its own time can be said by
/// whoever stole a key that has expired.
public struct SignatureCheck: Sendable {
    let signers: Binding.Signers
    /// Where the programs are, by name; nil where there is none to be trusted.
    let program: @Sendable (String) -> String?
    /// A private folder for the files both need.
    let folder: String

    public init(
        _ signers: Binding.Signers, folder: String,
        program: @escaping @Sendable (String) -> String?
    ) {
        self.signers = signers
        self.folder = folder
        self.program = program
    }

    /// Who signed `payload`.
    public func signer(
        of payload: [UInt8], _ signature: DetachedSignature
    ) throws(ReachRefusal) -> Signer {
        let place = try PrivateFolder(in: folder)
        defer { place.remove() }
        switch signature.form {
        case .ssh: return try ssh(payload, signature, place)
        case .openpgp: return try openPGP(payload, signature, place)
        }
    }

    // MARK: ssh

    private func ssh(
        _ payload: [UInt8], _ signature: DetachedSignature, _ place: PrivateFolder
    ) throws(ReachRefusal) -> Signer {
        let allowed = try copy(signers.ssh, "allowed_signers", "ssh", place)
        let seal = try place.write(signature.armour, as: "signature")
        // Keys that are out of their time match nobody here.
        let found = try run(
            "ssh-keygen", ["-Y", "find-principals", "-s", seal, "-f", allowed], [], place)
        guard found.ending.isSuccess,
            let name = found.output.text.split(separator: "\n").first.map(String.init)
        else { throw unproven("no listed ssh signer made it", found.error.text) }
        var arguments = ["-Y", "verify", "-n", "git", "-f", allowed, "-I", name, "-s", seal]
        if signers.revoked != nil {
            arguments += ["-r", try copy(signers.revoked, "revoked", "revoked", place)]
        }
        let verified = try run("ssh-keygen", arguments, payload, place)
        let words = verified.output.text.split(separator: "\n").first ?? ""
        guard verified.ending.isSuccess, words.hasPrefix("Good \"git\" signature for "),
            let key = words.split(separator: " ").last, key.hasPrefix("SHA256:")
        else { throw unproven("\(name)'s key does not stand for it", verified.error.text) }
        return Signer(name: name, form: .ssh, key: String(key))
    }

    // MARK: OpenPGP

    private func openPGP(
        _ payload: [UInt8], _ signature: DetachedSignature, _ place: PrivateFolder
    ) throws(ReachRefusal) -> Signer {
        let keyring = try copy(signers.openpgp, "keyring.gpg", "openpgp", place)
        let seal = try place.write(signature.armour, as: "signature")
        let data = try place.write(payload, as: "payload")
        let verified = try run(
            "gpgv",
            [
                "--homedir", place.path, "--keyring", keyring, "--weak-digest", "SHA1",
                "--status-fd", "1", seal, data,
            ], [], place)
        // Its exit code is 0 for keys that have expired or were revoked.
        guard verified.ending.isSuccess else {
            let status = GPGStatus(verified.output.text)
            throw unproven(status.objection ?? "gpgv refuses it", verified.error.text)
        }
        return try Signer.named(byGPG: verified.output.text)
    }

    // MARK: what both need

    /// A list read once, from a file only we or root can write: what is judged
    /// and what is used are the same bytes.
    private func copy(
        _ path: String?, _ name: String, _ key: String, _ place: PrivateFolder
    ) throws(ReachRefusal) -> String {
        guard let path else {
            throw ReachRefusal(
                "GT-SIG", "it is signed with \(key), and the binding lists no such signers",
                do: "If they may sign, name their keys in the binding: signers.\(key).")
        }
        do {
            return try place.write(try SourceFile.read(path: path, isPrivate: true), as: name)
        } catch let error as SourceFileError {
            throw ReachRefusal(
                "GT-SIGNERS", "\(path): \(error.reason)",
                do: "Mend the file the binding names under signers.\(key).")
        } catch let error as ReachRefusal {
            throw error
        } catch {
            throw ReachRefusal("GT-SIGNERS", "\(path): \(error)", do: "")
        }
    }

    private func run(
        _ name: String, _ arguments: [String], _ input: [UInt8], _ place: PrivateFolder
    ) throws(ReachRefusal) -> Captured {
        guard let path = program(name) else {
            throw ReachRefusal(
                "GT-TOOL", "\(name) is not here, so no signature can be checked",
                do: "Install it: apt-get install \(name == "gpgv" ? name : "openssh-client").")
        }
        let command = Command(
            path, arguments,
            environment: ["PATH": "/usr/bin:/bin", "HOME": place.path, "LC_ALL": "C", "TZ": "UTC"],
            input: input)
        do {
            return try command.capture(deadline: .seconds(60))
        } catch {
            throw ReachRefusal("GT-TOOL", "\(name): \(error)", do: "Try it by hand.")
        }
    }

    private func unproven(_ reason: String, _ said: String) -> ReachRefusal {
        let words = said.split(separator: "\n").map { line in
            line.hasPrefix(folder) ? line.drop { $0 != ":" }.dropFirst(2) : line
        }
        let last = words.first.map { " (\($0))" } ?? ""
        return .unsigned("\(reason)\(last)")
    }
}
