/// What the controller would print: `kubectl logs` is not simulated, the lab's
/// folder holds it instead.
struct SealedSecretsLog: Sendable {
    let path: String

    /// Lost where the disk is full, as a log is.
    func say(_ line: String, _ now: Moment) {
        try? Files.append(Array("\(now.text) \(line)\n".utf8), to: path)
    }
}
