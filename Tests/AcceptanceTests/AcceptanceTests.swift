import LabThreads
import Testing

/// Facts a user counts on, shown with the real programs in a real lab.
///
/// What has one lab runs one after the other.
@Suite(.aside) struct AcceptanceTests {
    /// Facts that need a healthy estate and leave it as it was.
    @Suite(.serialized, .onLabThreads(seconds: 400), .lab("healthy")) struct InAHealthyEstate {}

    /// The same for facts about texts that mean harm.
    @Suite(.serialized, .onLabThreads(seconds: 150), .lab("hostile")) struct AgainstHostileText {}

    /// Facts about a node that was lost.
    @Suite(.serialized, .onLabThreads, .lab("lost", faults: ["kill-node oci-arm-free1"]))
    struct WithALostNode {}
}
