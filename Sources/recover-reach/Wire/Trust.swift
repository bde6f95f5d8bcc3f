internal import Glibc

/// Whom a fetch trusts and who it is, from the binding; never from a URL.
struct Trust {
    /// The only authorities that count for https, PEM; nil for the system's.
    let authorities: [UInt8]?
    /// The host keys pinned for ssh, each `type base64`.
    let hostKeys: [String]
    /// The file that holds a credential; nil for none.
    let credentials: String?

    init(_ invocation: Invocation, for source: SourceURL) throws(Refusal) {
        hostKeys = invocation.values("host-key")
        credentials = invocation.value("credentials")
        let authority = invocation.value("ca")
        switch source.transport {
        case .file:
            guard hostKeys.isEmpty, credentials == nil, authority == nil else {
                throw Self.misplaced("a file source has no server to trust or to log in to")
            }
        case .https:
            guard hostKeys.isEmpty else { throw Self.misplaced("--host-key is for ssh, not https") }
        case .ssh:
            guard authority == nil else { throw Self.misplaced("--ca is for https, not ssh") }
            guard !hostKeys.isEmpty else {
                throw Refusal(
                    "GT-HOSTKEY",
                    "no host key of \(source.text) is pinned, so nobody knows who answers",
                    do:
                        "Take the key from the server's console or its operator's page, not from the "
                        + "network, and put it into host-keys of the source in the binding.",
                    exit: .refused)
            }
        }
        for key in hostKeys where !Self.isKey(key) {
            throw Refusal(
                "GT-HOSTKEY", "'\(key.shown)' is no ssh host key",
                do: "Write it as 'TYPE BASE64', as it stands in the server's ssh_host_*_key.pub.",
                exit: .refused)
        }
        if let authority {
            authorities = try Self.read("the CA", authority, isPrivate: false)
        } else {
            authorities = nil
        }
        guard let credentials, source.isRemote else { return }
        // ssh would refuse some of this later, with fewer words.
        let bytes = try Self.read("the credential", credentials, isPrivate: true)
        if case .https = source.transport { _ = try Self.authorization(bytes, credentials) }
    }

    /// The value of an Authorization header; nil without a credential.
    func authorization() throws(Refusal) -> String? {
        guard let credentials else { return nil }
        return try Self.authorization(
            try Self.read("the credential", credentials, isPrivate: true), credentials)
    }

    /// `USER:PASSWORD` is Basic, one word is a bearer's token.
    private static func authorization(_ bytes: [UInt8], _ path: String) throws(Refusal) -> String {
        let line = bytes.last == 0x0A ? Array(bytes.dropLast()) : bytes
        guard (1...4096).contains(line.count), line.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw unusable(
                "the credential", path, "it is not one line of text",
                do: "Write USER:PASSWORD or a token into it, on one line.")
        }
        return line.contains(UInt8(ascii: ":"))
            ? "Basic \(Base64.text(line))" : "Bearer \(String(decoding: line, as: UTF8.self))"
    }

    private static func read(_ what: String, _ path: String, isPrivate: Bool) throws(Refusal)
        -> [UInt8]
    {
        guard path.utf8.first == UInt8(ascii: "/"),
            !path.contains(where: { "%$\"\\\n".contains($0) })
        else {
            throw unusable(
                what, path, "no absolute path without % $ \" and \\",
                do: "Give the file a plain absolute path.")
        }
        do throws(Objection) {
            return try SmallFile.read(path, isPrivate: isPrivate)
        } catch {
            throw unusable(
                what, path, error.reason,
                do: isPrivate
                    ? "Let it be your own file or root's, with mode 0600."
                    : "Name a readable PEM file of at most 1 MiB.")
        }
    }

    private static func unusable(
        _ what: String, _ path: String, _ reason: String, do remedy: String
    ) -> Refusal {
        Refusal("GT-FILE", "\(what) \(path.shown): \(reason)", do: remedy, exit: .refused)
    }

    private static func misplaced(_ reason: String) -> Refusal {
        Refusal(
            "GT-USAGE", reason, do: "Leave it out of the source in the binding.", exit: .usage)
    }

    private static func isKey(_ text: String) -> Bool {
        let words = text.split(separator: " ", omittingEmptySubsequences: false)
        guard words.count == 2, text.utf8.count <= 4096 else { return false }
        let types: Set = [
            "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521",
            "ssh-rsa",
        ]
        return types.contains(String(words[0])) && words[1].utf8.count >= 40
            && words[1].utf8.allSatisfy { $0.isAlphanumeric || "+/=".utf8.contains($0) }
    }
}
