internal import JSON

extension EstateDraft {
    /// The text of the binding: it names where credentials are, and holds none.
    public var binding: String {
        var lines = [
            "# Written by recover estate init. Compare ca-sha256 with a server's /cacerts before",
            "# you trust it; then put this file where docs/BINDING.md says. Never into Git.",
            "binding: 1", "estate: \(name)", "clusters:", "  \(name):",
            line("    uid", seen["identity"]?.items?["uid"]?.string, ask: "the cluster"),
            "    ca: \(quote(authority))", "    ca-sha256: \(authorityDigest)",
            "    kubeconfig: \(quote(kubeconfig))",
        ]
        if let context { lines.append("    context: \(quote(context))") }
        lines += [
            "# To be filled in by whoever has access; host keys by hand, not by asking ssh.",
            "# nodes:",
        ]
        lines += items("nodes").map { node in
            "#   \(node.name): { address: \(node.is["internal"]?.string ?? "ADDRESS"), user: USER, "
                + "host-key: TYPE BASE64, become: [sudo, -n] }"
        }
        lines += [
            "# power:", "#   NODE: { state: [/PROGRAM, NODE], off: [/PROGRAM, --off, NODE] }",
            "# approvers:", "#   NAME: TYPE BASE64", "# sources:",
            "#   NAME: { url: \(source?["url"]?.string ?? "URL"), "
                + "branch: \(source?["wanted"]?.string ?? "main"), "
                + "path: \(source?["path"]?.string ?? "FOLDER") }",
        ]
        // What others wrote must not begin a line of its own.
        return lines.map { String($0.map { $0.isNewline ? " " : $0 }) }.joined(separator: "\n")
            + "\n"
    }
}
