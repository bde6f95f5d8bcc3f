/// Something that was changed on a simulated machine, through a shim or by a
/// fault.
public struct HostChange: Hashable, Sendable {
    /// The machine.
    public let host: String
    /// `unit-started`, `unit-stopped`, `unit-enabled`, `unit-disabled`,
    /// `power-off`, `power-on` or `replaced`.
    public let what: String
    /// The unit, or empty.
    public let name: String
    /// The command of a unit that was started, its words joined by spaces.
    public let detail: String

    public init(host: String, what: String, name: String = "", detail: String = "") {
        self.host = host
        self.what = what
        self.name = name
        self.detail = detail
    }
}
