/// A machine got another address in place of one it had.
public struct AddressMove: Hashable, Sendable {
    public let from: String, to: String

    public init(from: String, to: String) {
        self.from = from
        self.to = to
    }

    private static func file(_ paths: LabPaths, _ host: String) -> String {
        "\(paths.machine(host))/moved"
    }

    /// That of the machine `host`, if it has one.
    public init?(of host: String, _ paths: LabPaths) {
        let words = (Disk.text(Self.file(paths, host)) ?? "").split { $0 == " " || $0 == "\n" }
        guard words.count == 2 else { return nil }
        self.init(from: String(words[0]), to: String(words[1]))
    }

    /// Keeps `move` for the machine `host`; nil takes it back.
    static func keep(_ move: AddressMove?, of host: String, _ paths: LabPaths) throws(DiskError) {
        guard let move else { return Disk.remove(file(paths, host)) }
        try Disk.write(file(paths, host), "\(move.from) \(move.to)\n")
    }
}

extension HostDeclaration {
    /// The machine with its address of today.
    public func moved(_ move: AddressMove?) -> HostDeclaration {
        guard let move else { return self }
        func now(_ address: String) -> String { address == move.from ? move.to : address }
        var host = self
        host.address = now(address)
        host.internalAddress = now(internalAddress)
        host.externalAddress = now(externalAddress)
        return host
    }
}
