/// Addresses of what is outside every estate, from the blocks that are for
/// documentation only (RFC 5737).
public enum OutsideAddresses {
    /// The name server every machine of the lab asks.
    public static let nameServer = "192.0.2.53"
    /// The public registries.
    public static let registries = "192.0.2.80"

    /// The host of the desired state's repository.
    public static let gitHost = "192.0.2.22"

    /// All of them.
    public static let all = [nameServer, registries, gitHost]
}
