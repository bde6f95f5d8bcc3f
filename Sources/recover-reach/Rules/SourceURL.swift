/// Where a fetch may go. The grammar is an allow-list and is checked before
/// libgit2 sees a byte of it: no user, host, port, query, escape or `..`.
struct SourceURL {
    /// The whole URL.
    let text: String
    /// The absolute path behind `file://`.
    let path: String

    init(_ text: String) throws(Refusal) {
        func refuse(_ reason: String) -> Refusal {
            Refusal(
                "GT-URL", "\(text.shown): \(reason)",
                do:
                    "Name the source as file:///absolute/path, with letters, digits and . _ / - only.",
                exit: .refused)
        }
        let scheme = "file://"
        guard text.utf8.count <= 1024 else { throw refuse("longer than 1024 bytes") }
        guard text.hasPrefix(scheme) else { throw refuse("only file:// sources are allowed") }
        let path = String(text.dropFirst(scheme.count))
        guard path.utf8.first == UInt8(ascii: "/") else { throw refuse("the path is not absolute") }
        guard path.utf8.allSatisfy({ $0.isNameByte || $0 == UInt8(ascii: "/") }) else {
            throw refuse("a character is not allowed")
        }
        guard !path.split(separator: "/").contains("..") else {
            throw refuse("'..' is not allowed")
        }
        self.text = text
        self.path = path
    }
}

extension UInt8 {
    /// A letter, a digit, or one of `.`, `_`, `-`.
    var isNameByte: Bool {
        switch self {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
            UInt8(ascii: "-"):
            true
        default: false
        }
    }
}
