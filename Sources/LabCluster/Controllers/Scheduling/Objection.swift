/// Why a pod cannot go to a node, in the scheduler's words.
struct Objection: Hashable {
    let words: String
    /// Whether ending other pods there could help.
    var isResolvable = false

    static let nodeName = Objection(words: "node(s) didn't match the requested node name")
    static let unschedulable = Objection(words: "node(s) were unschedulable")
    static let affinity = Objection(words: "node(s) didn't match Pod's node affinity/selector")
    static let ports = Objection(
        words: "node(s) didn't have free ports for the requested pod ports", isResolvable: true)
    static let tooMany = Objection(words: "Too many pods", isResolvable: true)
    static let volumeAffinity = Objection(words: "node(s) had volume node affinity conflict")
    static let noVolume = Objection(
        words: "node(s) didn't find available persistent volumes to bind")
    static let spread = Objection(
        words: "node(s) didn't match pod topology spread constraints", isResolvable: true)
    static let podAffinity = Objection(words: "node(s) didn't match pod affinity rules")
    static let podAntiAffinity = Objection(
        words: "node(s) didn't match pod anti-affinity rules", isResolvable: true)
    static let existingAntiAffinity = Objection(
        words: "node(s) didn't satisfy existing pods anti-affinity rules", isResolvable: true)
}
