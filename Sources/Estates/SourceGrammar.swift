/// What may be the URL of a source: three schemes, no password, nothing that
/// could be an option, an escape or a way upward.
public enum SourceGrammar {
    /// How a source is reached.
    public enum Scheme: String, Sendable {
        case file, https, ssh
    }

    /// The scheme of a URL this tool may know.
    public static func scheme(of url: String) -> Scheme? {
        url.firstRange(of: "://").flatMap { Scheme(rawValue: String(url[..<$0.lowerBound])) }
    }

    /// Why a text is no URL of a source, or nil.
    public static func objection(to url: String) -> String? {
        guard let scheme = scheme(of: url) else {
            return "it begins with none of https://, ssh:// and file://"
        }
        let rest = url.dropFirst(scheme.rawValue.count + 3)
        let authority = scheme == .file ? "" : rest.prefix { $0 != "/" }
        let path = rest.dropFirst(authority.count)
        guard path.hasPrefix("/"), path.utf8.allSatisfy(isPathByte),
            !path.split(separator: "/").contains("..")
        else { return "its path is absolute and made of letters, digits and . _ - /, without .." }
        return scheme == .file ? nil : objection(toAuthority: authority, scheme)
    }

    private static func objection(toAuthority authority: Substring, _ scheme: Scheme) -> String? {
        var place = authority
        if let at = authority.firstIndex(of: "@") {
            let user = authority[..<at]
            guard scheme == .ssh, !user.contains(":") else {
                return "credentials do not belong in a URL; name a file of secrets as 'credentials'"
            }
            guard let first = user.utf8.first,
                user.utf8.allSatisfy({ isPathByte($0) && $0 != 0x2F }),
                first != UInt8(ascii: "-"), first != UInt8(ascii: ".")
            else { return "'\(user)' is no user name" }
            place = authority[authority.index(after: at)...]
        } else if scheme == .ssh {
            return "it names no user: ssh://USER@HOST/PATH"
        }
        return objection(toPlace: place)
    }

    private static func objection(toPlace place: Substring) -> String? {
        var host = place.prefix { $0 != ":" }
        var port = place.dropFirst(host.count)
        if place.hasPrefix("["), let end = place.firstIndex(of: "]") {
            host = place[place.index(after: place.startIndex)..<end]
            port = place[place.index(after: end)...]
        }
        guard HostGrammar.isAddress(String(host)) else {
            return "'\(host)' is no DNS name or IP address in lower case"
        }
        guard
            port.isEmpty
                || port.hasPrefix(":") && Int(port.dropFirst()).map((1...65535).contains) == true
        else { return "a port is from 1 to 65535" }
        return nil
    }

    private static func isPathByte(_ byte: UInt8) -> Bool {
        switch byte {
        case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x5F: true
        default: false
        }
    }
}
