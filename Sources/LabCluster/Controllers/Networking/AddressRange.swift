/// A range of IPv4 addresses, `10.43.0.0/16`.
struct AddressRange {
    let base: Int
    let size: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/")
        let octets = parts.first?.split(separator: ".").compactMap { UInt8($0) } ?? []
        guard parts.count == 2, octets.count == 4, let prefix = Int(parts[1]),
            (8...30).contains(prefix)
        else { return nil }
        size = 1 << (32 - prefix)
        base = octets.reduce(0) { $0 << 8 | Int($1) } & ~(size - 1)
    }

    /// The address `offset` places behind the first.
    func address(_ offset: Int) -> String {
        let number = base + offset
        return [24, 16, 8, 0].map { String(number >> $0 & 255) }.joined(separator: ".")
    }
}
