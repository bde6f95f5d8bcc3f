/// A range of IPv4 addresses, such as `10.42.0.0/16`.
struct AddressRange: Hashable, Sendable {
    let first: UInt32
    let prefix: Int

    init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false)
        guard parts.count == 2, let prefix = Int(parts[1]), (0...32).contains(prefix),
            let first = Self.number(String(parts[0]))
        else { return nil }
        let mask = prefix == 0 ? 0 : UInt32.max << UInt32(32 - prefix)
        // Bits behind the mask would mean another range than the one they show.
        guard first & ~mask == 0 else { return nil }
        self.first = first
        self.prefix = prefix
    }

    private var last: UInt32 {
        prefix == 0 ? .max : first | ~(UInt32.max << UInt32(32 - prefix))
    }

    func overlaps(_ other: AddressRange) -> Bool { first <= other.last && other.first <= last }

    func contains(_ address: String) -> Bool {
        Self.number(address).map { (first...last).contains($0) } ?? false
    }

    private static func number(_ text: String) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 4 else { return nil }
        return parts.reduce(Optional(UInt32(0))) { sum, part in
            guard let sum, let byte = UInt8(part), String(byte) == part else { return nil }
            return sum << 8 | UInt32(byte)
        }
    }
}
