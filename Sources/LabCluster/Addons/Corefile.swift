/// The text of a Corefile, as far as CoreDNS refuses to start with it: braces that do not
/// fit and plugins it does not have. What a plugin makes of its arguments is not looked at.
struct Corefile {
    /// The plugins of CoreDNS's own build, and what the parser knows itself.
    private static let plugins = Set(
        """
        root metadata geoip cancel tls quic timeouts multisocket reload nsid bufsize bind debug trace \
        ready health pprof prometheus errors log dnstap local dns64 acl any chaos loadbalance tsig \
        cache rewrite header dnssec autopath minimal template transfer hosts route53 azure clouddns \
        k8s_external kubernetes file auto secondary etcd loop forward grpc erratic whoami on sign \
        view nomad import
        """.split(separator: " ").map(String.init))

    /// Where the words are from.
    private static let path = "/etc/coredns/Corefile"

    /// CoreDNS's last words; nil: it starts.
    let fault: String?

    init(_ text: String) { fault = Self.fault(text) }

    private static func fault(_ text: String) -> String? {
        var depth = 0
        var last = (line: 1, word: "")
        var isBraceless = false
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false)
            .enumerated()
        {
            let words = line.split { $0 == " " || $0 == "\t" || $0 == "\r" }.prefix {
                !$0.hasPrefix("#")
            }
            guard let first = words.first, let end = words.last else { continue }
            last = (index + 1, String(end))
            let opens = end == "{"
            switch depth {
            case 0 where !isBraceless:
                // Keys of a block; without a brace the rest of the file is that block.
                isBraceless = !opens && first != "import"
                if opens { depth = 1 }
            case 0, 1:
                if first == "}", depth == 1 {
                    depth = 0
                } else if !plugins.contains(String(first)) {
                    return "\(path):\(index + 1) - Error during parsing: "
                        + "Unknown directive '\(first)'"
                } else if opens {
                    depth += isBraceless ? 0 : 1
                }
            default:
                if first == "}" { depth -= 1 } else if opens { depth += 1 }
            }
        }
        switch depth {
        case 0: return nil
        case 1:
            return "\(path):\(last.line) - Syntax error: Unexpected token '\(last.word)', "
                + "expecting '}'"
        default: return "\(path):\(last.line) - Error during parsing: Unexpected EOF"
        }
    }
}
