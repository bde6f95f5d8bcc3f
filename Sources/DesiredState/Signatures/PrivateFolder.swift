internal import Glibc

/// A folder of our own for a moment, in one that is ours already.
struct PrivateFolder {
    let path: String

    init(in folder: String) throws(ReachRefusal) {
        let template = strdup("\(folder)/.check-XXXXXX")
        defer { free(template) }
        guard let template, mkdtemp(template) != nil else {
            throw Self.refusal(folder)
        }
        path = String(cString: template)
    }

    /// Writes a file and returns its path.
    func write(_ bytes: [UInt8], as name: String) throws(ReachRefusal) -> String {
        let file = open("\(path)/\(name)", O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        guard file >= 0 else { throw Self.refusal(path) }
        defer { close(file) }
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { Glibc.write(file, $0.baseAddress, $0.count) }
            guard count > 0 else { throw Self.refusal(path) }
            rest = rest.dropFirst(count)
        }
        return "\(path)/\(name)"
    }

    /// Removes it with what was written.
    func remove() {
        for name in ["allowed_signers", "revoked", "signature", "payload", "keyring.gpg"] {
            unlink("\(path)/\(name)")
        }
        // gpgv may have made a file of its own.
        unlink("\(path)/trustedkeys.kbx")
        rmdir(path)
    }

    private static func refusal(_ path: String) -> ReachRefusal {
        ReachRefusal(
            "GT-TOOL", "\(path) cannot be written: \(String(cString: strerror(errno)))",
            do: "Make room there, or give the folder back to its owner.")
    }
}
