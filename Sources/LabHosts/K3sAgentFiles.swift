internal import Digest
internal import Glibc
import JSON

/// What an agent of k3s keeps in its folder `agent`: certificates its server
/// gave it at its start. It has no others before the next one.
public enum K3sAgentFiles {
    static let folder = "/var/lib/rancher/k3s/agent"
    private static let kubelet = "\(folder)/client-kubelet.crt"

    /// Writes them below `root`.
    public static func write(_ files: [String: String], below root: String = "") throws {
        guard !files.isEmpty else { return }
        try Disk.makeFolder(root + folder)
        for (name, text) in files {
            try Disk.write(
                "\(root)\(folder)/\(name)", text, mode: name.hasSuffix("key") ? 0o600 : 0o644)
        }
    }

    /// When the kubelet's certificate ended; nil while it holds.
    private static func ended() -> Int? {
        guard let pem = Disk.read(kubelet), let end = (try? Certificate(pem: pem))?.notAfter
        else { return nil }
        return end < Clock.now / 1_000_000 ? end : nil
    }

    /// Stays while the world does. A kubelet whose certificate ended is not
    /// heard any more, though k3s runs on.
    static func watch(_ world: LineSocket) {
        var hasEnded = false
        var rounds = 0
        while !world.isGone {
            if rounds % 10 == 0, !hasEnded, let end = ended() {
                hasEnded = true
                world.send(["expired": true])
                K3sLog.say(
                    "error",
                    "Unable to authenticate the request: verifying certificate failed: x509: "
                        + "certificate has expired or is not yet valid: current time "
                        + "\(Clock.utc(Clock.now / 1_000_000)) is after \(Clock.utc(end))")
            }
            rounds += 1
            Background.sleep(100)
        }
    }
}
