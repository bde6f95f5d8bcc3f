/// Credentials told by their shape, whoever they belong to.
enum Shape {
    /// A header whose value is a credential.
    case header
    /// A key of a kubeconfig whose value is one.
    case field
    /// `user:password@` in a URL.
    case url
    /// A JSON web token.
    case jwt
    /// A prefix behind which this many of these characters make a key.
    case key(String, atLeast: Int, of: Alphabet)
    /// A private key's first and last line.
    case begin, end
    /// `kind:`, which tells what an output cut off at its beginning is of.
    case kind

    /// The characters a credential is made of.
    enum Alphabet {
        case upper, alphanumeric, url, token

        func contains(_ byte: UInt8) -> Bool {
            switch byte {
            case 0x30...0x39, 0x41...0x5A: true
            case 0x61...0x7A: self != .upper
            case 0x2D, 0x5F: self == .url || self == .token
            // Everything but white space, quotes, backslash, comma and closing brackets.
            case 0x21...0x7E:
                self == .token && ![0x22, 0x27, 0x2C, 0x5C, 0x5D, 0x7D].contains(byte)
            default: self == .token && byte > 0x7F
            }
        }
    }

    /// What its mark says.
    var name: String {
        switch self {
        case .header: "header"
        case .field: "credential"
        case .url: "url-password"
        case .jwt: "jwt"
        case .key: "key"
        case .begin, .end: "private-key"
        case .kind: "secret-data"
        }
    }

    /// What each begins with, in lower case.
    static let triggers: [(word: String, shape: Shape)] =
        [
            ("-----begin ", .begin), ("-----end ", .end), ("authorization", .header),
            ("set-cookie", .header), ("token", .field), ("client-key-data", .field), ("://", .url),
            ("eyj", .jwt), ("kind", .kind),
        ] + keys.map { ($0.0.lowercased(), .key($0.0, atLeast: $0.1, of: $0.2)) }

    /// Prefixes of cloud, forge and chat keys, and of age's.
    private static let keys: [(String, Int, Alphabet)] =
        ["AKIA", "ASIA", "AROA", "AIDA", "AGPA", "AIPA", "ANPA", "ANVA"].map { ($0, 16, .upper) }
        + ["ghp_", "gho_", "ghu_", "ghs_", "ghr_", "npm_"].map { ($0, 36, .alphanumeric) }
        + ["xoxb-", "xoxp-", "xoxa-", "xoxr-", "xoxs-"].map { ($0, 10, .url) }
        + [
            ("AIza", 35, .url), ("ya29.", 20, .url), ("github_pat_", 22, .url), ("glpat-", 20, .url),
            ("dop_v1_", 40, .alphanumeric), ("sk_live_", 16, .alphanumeric),
            ("AGE-SECRET-KEY-1", 40, .upper),
        ]
}
