/// What a person says of a step a run stands at.
public enum Resolution: String, Hashable, Sendable, CaseIterable {
    /// Its effect is there.
    case done
    /// Its effect is not there, and it is to be done.
    case notDone = "not-done"
    /// Its effect is not there, and the run ends without it: GitOps stays at its
    /// pinned commit. Only the last step of a hand-back can be left.
    case left
}
