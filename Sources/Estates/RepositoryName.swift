/// One name for the several ways to write where a repository is.
public enum RepositoryName {
    /// `git@host:a/b.git`, `ssh://git@Host:2222/a/b` and `https://host/a/b.git`
    /// are all `host/a/b`. Each protocol has a port of its own, so a port tells
    /// no repositories apart; who asks tells none apart either.
    public static func plain(_ url: String) -> String {
        let (authority, path) = schemed(url) ?? short(url) ?? ("", url)
        let host = withoutPort(authority.split(separator: "@").last ?? "").lowercased()
        var name = host + path
        while name.hasSuffix("/") { name.removeLast() }
        return name.hasSuffix(".git") ? String(name.dropLast(4)) : name
    }

    /// `scheme://user@host:port/path`.
    private static func schemed(_ url: String) -> (authority: Substring, path: String)? {
        guard let scheme = url.firstRange(of: "://"), !url[..<scheme.lowerBound].contains("/")
        else { return nil }
        let rest = url[scheme.upperBound...]
        let authority = rest.prefix { $0 != "/" }
        return (authority, String(rest[authority.endIndex...]))
    }

    /// `user@host:path`, as scp has it. What has a slash before its first colon
    /// is a path of this machine; a host in brackets may have a port in them.
    private static func short(_ url: String) -> (authority: Substring, path: String)? {
        let bracket = url.firstIndex(of: "]").map(url.index(after:)) ?? url.startIndex
        guard let colon = url[bracket...].firstIndex(of: ":"), !url[..<colon].contains("/") else {
            return nil
        }
        let path = url[url.index(after: colon)...].drop { $0 == "/" }
        return (url[..<colon], "/" + path)
    }

    private static func withoutPort(_ authority: Substring) -> String {
        var host = authority
        if let colon = host.lastIndex(of: ":"), !host[colon...].contains("]"),
            host[host.index(after: colon)...].allSatisfy(\.isNumber)
        {
            host = host[..<colon]
        }
        guard host.hasPrefix("["), host.hasSuffix("]") else { return String(host) }
        let inner = host.dropFirst().dropLast()
        // `[host:port]`; an address of IPv6 has colons of its own.
        return inner.count { $0 == ":" } == 1 ? withoutPort(inner) : String(host)
    }
}
