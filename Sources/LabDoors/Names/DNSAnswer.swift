/// What a name server says about a name.
enum DNSAnswer: Hashable, Sendable {
    case addresses([String])
    case name(String)
    /// NXDOMAIN.
    case unknown
    /// SERVFAIL.
    case failure
    /// Nothing at all: the client waits.
    case none
}
