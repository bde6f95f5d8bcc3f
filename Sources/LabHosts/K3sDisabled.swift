/// The packaged components a machine's k3s server must not have: `disable` in
/// its configuration, `--disable` in its unit.
public enum K3sDisabled {
    /// Their names, for a machine whose files lie below `root`.
    public static func components(root: String) -> Set<String> {
        let settings = K3sSettings(Disk.text("\(root)/etc/rancher/k3s/config.yaml") ?? "")
        let unit = Disk.text("\(root)/etc/systemd/system/k3s.service") ?? ""
        var words = unit.split { " \t\n'\"\\".contains($0) }.map(String.init)
        var named = settings.list("disable")
        while let flag = words.firstIndex(where: { $0.hasPrefix("--disable") }) {
            if words[flag].hasPrefix("--disable=") {
                named.append(String(words[flag].dropFirst("--disable=".count)))
            } else if words[flag] == "--disable", flag + 1 < words.count {
                named.append(words[flag + 1])
            }
            words.removeFirst(flag + 1)
        }
        return Set(named.flatMap { $0.split(separator: ",").map(String.init) })
    }
}
