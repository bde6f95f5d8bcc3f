internal import YAML

/// Tells which names there are.
enum NearestNames {
    /// The nearest of `names`, or all of them while they are few.
    static func hint(_ name: String, _ names: [String]) -> String {
        if let nearest = NearestName.of(name, among: names.sorted()) {
            return "; did you mean '\(nearest)'?"
        }
        return names.isEmpty || names.count > 12
            ? "" : "; there is: \(names.sorted().joined(separator: ", "))"
    }
}
