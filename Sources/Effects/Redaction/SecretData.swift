/// Values under `data:`, waiting to be told whether they are a Secret's.
///
/// Kubernetes writes keys in the order of the alphabet: the values come first
/// and `kind` behind them.
struct SecretData {
    /// More than this is not waited for; it is covered.
    static let patience = 2 << 20

    private(set) var waiting: [Range<Int>] = []

    /// Where the first of them begins.
    var pending: Int? { waiting.first?.lowerBound }

    /// Takes a value of what is a Secret, is none, or cannot be told yet (nil).
    mutating func take(_ range: Range<Int>, isSecret: Bool?, _ found: inout [Cover]) {
        guard !range.isEmpty, isSecret != false else { return }
        waiting.append(range)
        let isTooMuch = range.upperBound - (pending ?? 0) > Self.patience
        if isSecret == true || isTooMuch { settle(isSecret: true, &found) }
    }

    /// Covers what waits, or lets it go.
    mutating func settle(isSecret: Bool, _ found: inout [Cover]) {
        if isSecret {
            found += waiting.map {
                Cover(start: $0.lowerBound, end: $0.upperBound, name: Shape.kind.name, weight: 0)
            }
        }
        waiting = []
    }
}
