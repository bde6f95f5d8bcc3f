public import YAML

/// Decodes the nodes of a bound plan.
public enum BoundDecoder {
    /// The step in `node`.
    public static func step(_ node: YAMLNode, file: String) throws(Diagnostics) -> Step {
        try one(file) { StepDecoder(problems: $0).step(node) }
    }

    /// The prerequisite in `node`.
    public static func prerequisite(_ node: YAMLNode, file: String) throws(Diagnostics)
        -> Prerequisite
    {
        try one(file) { ConditionDecoder(problems: $0).prerequisite(node) }
    }

    /// The recovered check in `node`.
    public static func recovery(_ node: YAMLNode, file: String) throws(Diagnostics) -> Recovery {
        try one(file) { ConditionDecoder(problems: $0).recovery(node) }
    }

    private static func one<Value>(
        _ file: String, _ decode: (Problems) -> Value?
    ) throws(Diagnostics) -> Value {
        let problems = Problems(file: file, isBound: true)
        let value = decode(problems)
        try problems.throwIfAny()
        guard let value else {
            preconditionFailure("a decoder returned nothing and reported no problem")
        }
        return value
    }
}
