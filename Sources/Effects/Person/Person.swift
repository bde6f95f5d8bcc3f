public import RecoveryEngine

/// Whoever answers for a human being.
public protocol Person {
    /// Whether they agree to exactly this.
    func approve(_ approval: Approval, question: String, target: String) -> Consent
    /// Whether they have done it.
    func confirm(attempt: String, question: String, rekey: String?) -> Consent
}
