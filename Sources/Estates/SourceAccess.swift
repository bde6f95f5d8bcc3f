/// How a source of desired state is reached: whom to trust there, who we are,
/// and how much it may take.
public struct SourceAccess: Hashable, Sendable {
    /// The ssh host keys that count, each `type base64`.
    public let hostKeys: [String]
    /// The only CA that counts for https; nil for the system's.
    public let authority: String?
    /// File of the credential: `USER:PASSWORD` or a token for https, a private
    /// key for ssh. Nil for none, or the ssh agent.
    public let credentials: String?
    /// Most memory, and the largest file written, in MiB.
    public let memory: Int
    /// Most objects one fetch may bring.
    public let objects: Int
    /// Seconds one fetch may take.
    public let deadline: Int

    public init(
        hostKeys: [String] = [], authority: String? = nil, credentials: String? = nil,
        memory: Int = 512, objects: Int = 1_000_000, deadline: Int = 60
    ) {
        self.hostKeys = hostKeys
        self.authority = authority
        self.credentials = credentials
        self.memory = memory
        self.objects = objects
        self.deadline = deadline
    }
}
