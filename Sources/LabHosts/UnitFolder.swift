/// The unit files of one machine, in its own `/etc/systemd/system`.
struct UnitFolder: Sendable {
    /// The machine's file system, seen from the world process.
    let tree: String

    /// Where they stand, as a path on the machine.
    static let place = "/etc/systemd/system"
    private var folder: String { tree + UnitFolder.place }

    /// How the unit `name` stands.
    enum Standing: String, Sendable { case enabled, disabled, masked, `static` }

    /// The unit `name` as its files define it now; nil when it has none or is
    /// masked.
    func load(_ name: String) -> UnitFile? {
        guard !isMasked(name), let text = Disk.text("\(folder)/\(name)") else { return nil }
        let dropIns = Disk.names("\(folder)/\(name).d").filter { $0.hasSuffix(".conf") }
        let more = dropIns.compactMap { file in
            Disk.text("\(folder)/\(name).d/\(file)").map { ("\(name).d/\(file)", $0) }
        }
        return UnitFile(
            name,
            ([(name, text)] + more).map { (path: "\(UnitFolder.place)/\($0.0)", text: $0.1) })
    }

    /// Path and text of the unit's file and drop-ins, for `systemctl cat`.
    func texts(_ file: UnitFile) -> [(path: String, text: String)] {
        ([file.path] + file.dropIns).compactMap { path in
            Disk.text(tree + path).map { (path, $0) }
        }
    }

    /// How the unit `name` stands; nil when it has no file.
    func standing(_ name: String) -> Standing? {
        if isMasked(name) { return .masked }
        guard let file = load(name) else { return nil }
        if file.wantedBy.isEmpty { return .static }
        return file.wantedBy.contains { Disk.exists(wish(name, $0)) } ? .enabled : .disabled
    }

    /// Whether the machine starts the unit by itself.
    func isWanted(_ name: String) -> Bool { wanted.contains(name) }

    /// Units the machine starts by itself.
    var wanted: [String] { Disk.names("\(folder)/multi-user.target.wants") }

    /// Names of all unit files.
    var names: [String] { Disk.names(folder).filter { $0.hasSuffix(".service") } }

    /// Makes the unit start with the machine, or not. Returns the links, as
    /// paths on the machine, that were made or removed.
    func setEnabled(_ name: String, _ on: Bool) throws(DiskError) -> [String] {
        var changed: [String] = []
        for target in load(name)?.wantedBy ?? [] where Disk.exists(wish(name, target)) != on {
            if on {
                try Disk.makeFolder("\(folder)/\(target).wants")
                try Disk.link(wish(name, target), to: "\(UnitFolder.place)/\(name)")
            } else {
                Disk.remove(wish(name, target))
            }
            changed.append("\(UnitFolder.place)/\(target).wants/\(name)")
        }
        return changed
    }

    /// Puts a link to nothing in the place of the unit's file; false when a
    /// file is there, which systemd does not replace.
    func mask(_ name: String) throws(DiskError) -> Bool {
        if isMasked(name) { return true }
        guard !Disk.exists("\(folder)/\(name)") else { return false }
        try Disk.link("\(folder)/\(name)", to: "/dev/null")
        return true
    }

    /// Takes such a link away; false when there is none.
    func unmask(_ name: String) -> Bool {
        guard isMasked(name) else { return false }
        Disk.remove("\(folder)/\(name)")
        return true
    }

    /// Whether the unit's file is a link to nothing.
    func isMasked(_ name: String) -> Bool { Disk.target("\(folder)/\(name)") == "/dev/null" }

    /// The first condition that does not hold.
    func unmet(_ conditions: [String]) -> String? {
        conditions.first { condition in
            let path = condition.drop { $0 == "!" }
            return Disk.exists(NodeTree.place(String(path), in: tree)) == condition.hasPrefix("!")
        }
    }

    private func wish(_ name: String, _ target: String) -> String {
        "\(folder)/\(target).wants/\(name)"
    }
}
