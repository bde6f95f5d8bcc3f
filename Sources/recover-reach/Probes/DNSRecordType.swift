/// The kinds of records a probe asks for.
enum DNSRecordType: String, CaseIterable {
    case a = "A"
    case aaaa = "AAAA"
    case cname = "CNAME"
    case txt = "TXT"
    case srv = "SRV"
    case ns = "NS"
    case mx = "MX"

    /// The number on the wire.
    var number: UInt16 {
        switch self {
        case .a: 1
        case .ns: 2
        case .cname: 5
        case .mx: 15
        case .txt: 16
        case .aaaa: 28
        case .srv: 33
        }
    }
}
