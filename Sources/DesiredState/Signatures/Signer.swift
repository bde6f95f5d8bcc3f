public import JSON

/// Who vouches for a commit.
public struct Signer: Hashable, Sendable {
    /// A principal of the allowed signers, or the user id of a key.
    public let name: String
    public let form: DetachedSignature.Form
    /// Fingerprint: `SHA256:…`, or that of the OpenPGP primary key.
    public let key: String

    /// For the journal.
    public var json: JSONValue {
        ["by": .string(name), "form": .string(form.rawValue), "key": .string(key)]
    }
}

extension Signer {
    /// The one signer of gpgv's status lines, if nothing speaks against it.
    public static func named(byGPG status: String) throws(ReachRefusal) -> Signer {
        try GPGStatus(status).signer()
    }
}
