/// What a shim prints and how it exits.
struct ShimAnswer: Hashable, Sendable {
    var exit: Int = 0
    var output = "", error = ""

    /// A question the lab does not simulate: it fails loudly.
    static func unknown(_ program: String, _ arguments: [String]) -> ShimAnswer {
        let line = ([program] + arguments).joined(separator: " ")
        return ShimAnswer(
            exit: 127, error: "recover-lab: this simulated machine does not know: \(line)\n")
    }
}
