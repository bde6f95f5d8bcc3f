/// What scripts on a simulated machine ask of this program: `recover-lab
/// machine VERB`.
public enum MachineProgram {
    /// Runs one verb; returns its exit code.
    public static func run(_ words: [String]) -> Int32 {
        switch words.first {
        case "end-containers" where words.count == 1: return Shim.ask("end-containers", [])
        case "install-k3s" where words.count >= 3:
            let version = Disk.text("/run/lab/k3s-version")?.split(separator: "\n").first
            do {
                try K3sInstallation(
                    unit: words[1], arguments: Array(words[2...]),
                    version: version.map(String.init) ?? "unknown"
                ).install("")
                return 0
            } catch {
                return Shim.fail("\(error)", 1)
            }
        default: return Shim.refuse("machine", words)
        }
    }
}
