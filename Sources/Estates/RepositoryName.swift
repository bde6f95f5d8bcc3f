/// One name for the several ways to write where a repository is.
public enum RepositoryName {
    /// `git@host:a/b.git`, `ssh://git@host/a/b` and `https://host/a/b.git` are
    /// all `host/a/b`.
    public static func plain(_ url: String) -> String {
        // `scheme:` and an empty part stand before the host.
        let parts = url.split(separator: "/", omittingEmptySubsequences: false)
        let isSchemed = parts.count > 2 && parts[0].hasSuffix(":") && parts[1].isEmpty
        var text = isSchemed ? parts.dropFirst(2).joined(separator: "/")[...] : url[...]
        if let at = text.firstIndex(of: "@"), !text[..<at].contains("/") {
            text = text[text.index(after: at)...]
        }
        var plain = String(text)
        if !isSchemed, let colon = plain.firstIndex(of: ":") {
            plain.replaceSubrange(colon...colon, with: "/")
        }
        while plain.hasSuffix("/") { plain.removeLast() }
        return plain.hasSuffix(".git") ? String(plain.dropLast(4)) : plain
    }
}
