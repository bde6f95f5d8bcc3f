/// Where a fetch may go. The grammar is an allow-list and is checked before
/// libgit2, libcurl or ssh see a byte of it: three schemes, no password, no
/// query, no escape, no `..`, nothing that could be an option.
struct SourceURL {
    /// How the source is reached.
    enum Transport: Hashable {
        case file
        case https(host: String, port: Int)
        case ssh(user: String, host: String, port: Int)
    }

    /// The whole URL.
    let text: String
    let transport: Transport
    /// The absolute path behind the host.
    let path: String

    init(_ text: String) throws(Refusal) {
        do throws(Objection) {
            guard text.utf8.count <= 1024 else { throw Objection("longer than 1024 bytes") }
            (transport, path) = try Self.parse(text)
        } catch {
            throw Refusal(
                "GT-URL", "\(text.shown): \(error.reason)",
                do:
                    "Name the source as https://HOST/PATH, ssh://USER@HOST/PATH or file:///PATH, the path "
                    + "of letters, digits and . _ / - only.", exit: .refused)
        }
        self.text = text
    }

    /// Whether there is a server at the other end.
    var isRemote: Bool { transport != .file }

    private static func parse(_ text: String) throws(Objection) -> (Transport, String) {
        if let rest = text.dropping("file://") { return (.file, try checked(path: rest)) }
        if let rest = text.dropping("https://") {
            let (authority, path) = split(rest)
            guard !authority.contains("@") else {
                throw Objection("it names a user; credentials do not belong in a URL")
            }
            let (host, port) = try place(authority)
            return (.https(host: host, port: port ?? 443), try checked(path: path))
        }
        if let rest = text.dropping("ssh://") {
            let (authority, path) = split(rest)
            guard let at = authority.firstIndex(of: "@") else {
                throw Objection("it names no user: ssh://USER@HOST/PATH")
            }
            let user = try checked(user: authority[..<at])
            let (host, port) = try place(authority[authority.index(after: at)...])
            return (.ssh(user: user, host: host, port: port ?? 22), try checked(path: path))
        }
        guard text.contains("://") || text.contains("::") || !text.contains(":") else {
            throw Objection("git's short form; write ssh://USER@HOST/PATH")
        }
        throw Objection("only https://, ssh:// and file:// sources are allowed")
    }

    private static func split(_ rest: Substring) -> (Substring, Substring) {
        let authority = rest.prefix { $0 != "/" }
        return (authority, rest.dropFirst(authority.count))
    }

    private static func checked(path: Substring) throws(Objection) -> String {
        guard path.utf8.first == UInt8(ascii: "/") else {
            throw Objection("the path is not absolute")
        }
        guard path.utf8.allSatisfy({ $0.isNameByte || $0 == UInt8(ascii: "/") }) else {
            throw Objection("a character is not allowed")
        }
        guard !path.split(separator: "/").contains("..") else {
            throw Objection("'..' is not allowed")
        }
        return String(path)
    }

    private static func checked(user: Substring) throws(Objection) -> String {
        guard !user.contains(":") else {
            throw Objection("it names a password; credentials do not belong in a URL")
        }
        guard (1...64).contains(user.utf8.count), user.utf8.allSatisfy(\.isNameByte),
            let first = user.utf8.first, first.isAlphanumeric || first == UInt8(ascii: "_")
        else {
            throw Objection("a user name has letters, digits and . _ -, and does not begin with -")
        }
        return String(user)
    }

    /// Host and port, read as strictly as a probe's.
    private static func place(_ authority: Substring) throws(Objection) -> (String, Int?) {
        let url = try WebURL("https://\(authority)/")
        return (url.hostText.lowercased(), authority.hasSuffix(":\(url.port)") ? url.port : nil)
    }
}

extension String {
    /// What follows `prefix`; nil where the text does not begin with it.
    fileprivate func dropping(_ prefix: String) -> Substring? {
        hasPrefix(prefix) ? dropFirst(prefix.count) : nil
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
