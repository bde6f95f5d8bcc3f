import JSON

/// Who asks, as authentication and impersonation leave it.
struct Identity: Hashable, Sendable {
    let user: String
    let groups: Set<String>

    /// Who holds the administrator's token.
    static let administrator = Identity(
        user: "system:admin", groups: ["system:masters", "system:authenticated"])
    static let anonymous = Identity(user: "system:anonymous", groups: ["system:unauthenticated"])

    init(user: String, groups: Set<String>) {
        self.user = user
        self.groups = groups
    }

    /// Who `request` speaks for; nil with credentials nobody has.
    init?(_ request: Request, token: String) {
        switch request.headers["authorization"] {
        case "Bearer \(token)": self = .administrator
        case nil: self = .anonymous
        default: return nil
        }
        // Only who may do everything may speak for others.
        guard isAdministrator, let name = request.headers["impersonate-user"] else { return }
        // A repeated header arrives as its last value.
        let group = request.headers["impersonate-group"].map { [$0] } ?? []
        self.init(user: name, groups: Set(group + ["system:authenticated"]))
    }

    var isAdministrator: Bool { groups.contains("system:masters") }
}
