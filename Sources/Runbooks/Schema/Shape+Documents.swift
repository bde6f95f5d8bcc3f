extension Shape {
    static let runbook = Shape(
        "runbook", "a runbook",
        [
            .must("recover", .integer(1...1), "The language."),
            .must("runbook", .identifier, "Its name, which is the file's."),
            .must("version", .version, "The document's own version."),
            .must("title", .text, "One line."),
            .may("applies-to", .mapping("applies-to"), "Facts a cluster must have."),
            .may("situation", .text, "What has happened when it is needed; help leads with it."),
            .may("objective", .mapping("objective"), "What the recovery is measured by."),
            .may("blast-radius", .mapping("blast-radius"), "How much one run may change."),
            .may("parameters", .mapping("parameters"), "What is given on the command line."),
            .may(
                "prerequisites", .list(.mapping("prerequisite")),
                "Asked before the first change, and not again on resume."),
            .must("steps", steps, "In file order: a step starts when the one before it is done."),
            .must(
                "recovered", .list(.mapping("recovery")),
                "The run has recovered when all of them hold."),
        ])

    static let fragment = Shape(
        "fragment", "a fragment",
        [
            .must("recover", .integer(1...1), "The language."),
            .must("fragment", .identifier, "Its name, which is the file's."),
            .must("version", .version, "The document's own version."),
            .may("parameters", .list(.identifier), "Names that 'with' must give."),
            .must("steps", steps, "In file order."),
        ])

    private static let steps = Kind.list(.either([.mapping("include"), .mapping("step")]))

    static let appliesTo = Shape("applies-to", "applies-to", [], others: .list(.template))
    static let objective = Shape(
        "objective", "objective", [.must("rto", .duration, "The time the recovery shall take.")])
    static let blastRadius = Shape(
        "blast-radius", "blast-radius",
        [
            .may("max-targets", .integer(1...1000), "The most nodes one run may change (1)."),
            .may(
                "min-survivors", .integer(0...1000),
                "How many of the cluster's nodes must be left (0)."),
        ])
    static let parameters = Shape("parameters", "parameters", [], others: .mapping("parameter"))
    static let parameter = Shape(
        "parameter", "a parameter",
        [
            .must("type", .words(Parameter.Kind.words), "What the argument must be."),
            .may("in", .path, "The list it must be in, such as cluster.workers."),
            .may("kind", .text, "For a backup: the kind it must have."),
            .may("pattern", .text, "For text: a regular expression it must match as a whole."),
            .may("of", .list(.template), "For a choice: what there is to choose from."),
        ])
    static let prerequisite = Shape(
        "prerequisite", "a prerequisite",
        [
            .must("id", .identifier, "Its name."), .must("title", .template, "One line."),
            .must("check", .mapping("check"), "What must hold."),
            .may("otherwise", .template, "What to do when it does not."),
        ])
    static let recovery = Shape(
        "recovery", "a recovered check",
        [
            .must("id", .identifier, "Its name."), .must("title", .template, "One line."),
            .must("within", .duration, "How long it may take."),
            .must("check", .mapping("check"), "What must hold."),
        ])
}

extension Parameter.Kind {
    /// All words `type` takes.
    static let words = [
        "node", "cluster", "backup", "text", "choice", "duration", "integer", "flag", "secret",
    ]
}
