import Testing

/// A runbook `deletion`: frozen before it is pinned, as after a restore, and with
/// time between the agreement and the hand-back.
extension Library {
    /// - Parameters:
    ///   - freeze: the fragment, and what more it is given.
    ///   - handBack: the same; it always gets `gitops` and `commit`.
    func addDeletion(
        freeze: (fragment: String, with: String), handBack: (fragment: String, with: String)
    ) throws {
        let steps = """
              - include: \(freeze.fragment)
                id: freeze
                with: { gitops: cluster.gitops\(freeze.with) }
            \(Library.waiting("pushed"))\
              - id: pin
                title: Pin the desired state
                timeout: 2m
                do: { desired-state: pin, source: cluster.gitops.source }
              - include: desired-state-preview
                id: hand-back
                with: { gitops: cluster.gitops, commit: pinned.commit }
            \(Library.waiting("agreed"))\
              - include: \(handBack.fragment)
                id: engine
                with: { gitops: cluster.gitops, commit: pinned.commit\(handBack.with) }

            """
        try add("deletion", steps: [steps])
    }

    /// The shipped fragment, waiting in front of `text` until somebody says `id`.
    func addWait(_ id: String, before text: String, in fragment: String) throws {
        let shipped = try Library.shipped(fragment)
        let place = try #require(shipped.firstRange(of: text)).lowerBound
        let wait = Library.waiting(id).replacing("at: cluster", with: "at: gitops.cluster")
        try write(fragment, String(shipped[..<place]) + wait + String(shipped[place...]))
    }
}
