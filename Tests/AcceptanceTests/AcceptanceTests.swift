import Testing

/// Facts a user counts on, shown with the real programs in a real lab.
///
/// Everything runs one after the other: the machine's time is part of some
/// facts.
@Suite(.serialized) struct AcceptanceTests {
    /// Facts that need a healthy estate and leave it as it was.
    @Suite(.serialized, .lab("healthy")) struct InAHealthyEstate {}

    /// Facts about a node that was lost.
    @Suite(.serialized, .lab("lost", faults: ["kill-node oci-arm-free1"]))
    struct WithALostNode {}
}
