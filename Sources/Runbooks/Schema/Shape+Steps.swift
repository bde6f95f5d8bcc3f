extension Shape {
    static let step = Shape(
        "step", "a step",
        [
            .must("id", .identifier, "Its name, once in the document."),
            .must("title", .template, "One line."),
            .may("why", .template, "The reason, for whoever reads it at night."),
            .may("hazard", .template, "What may be lost."),
            .may("when", .mapping("when"), "Decided when the plan is made."),
            .may("each", .mapping("each"), "Once for each element of a list."),
            .may("observe", .mapping("observe"), "Facts read right before the act."),
            .may("approve", .integer(1...2), "1: the operator; 2: and one other person."),
            .may("goal", .mapping("check"), "The check that says the effect is there."),
            .may("guard", .mapping("check"), "Must hold immediately before the act."),
            .may("do", .mapping("do"), "The action; a goal without it is a wait."),
            .may("stdin", .mapping("stdin"), "What the action reads."),
            .may("undo", .mapping("undo"), "Offered on failure, never run by itself."),
            .may("effect", .words(effects), "What may be done when an attempt is in doubt."),
            .may("timeout", .duration, "From the intent on; needed by all but notes."),
            .may("settle", .duration, "How long an effect in flight may still land (75s)."),
            .may("retry", .mapping("retry"), "A failed attempt is tried again by itself."),
            .may("capture", .mapping("capture"), "What is kept of what it prints."),
            .may("output", .words(["none"]), "Nothing it prints is kept."),
            .may(
                "gitops", .words(["freeze", "resume"]), "It writes to a GitOps engine's objects."),
        ])
    private static let effects = ["derived", "repeatable", "once"]

    static let include = Shape(
        "include", "an include",
        [
            .must("include", .identifier, "The fragment's name."),
            .must("id", .identifier, "Its steps are called id.step."),
            .may("with", .mapping("include-with"), "A name or a literal for each parameter."),
            .may("each", .mapping("each"), "Once for each element of a list."),
            .may("when", .mapping("when"), "Decided when the plan is made."),
        ])
    static let includeWith = Shape("include-with", "with", [], others: .anything)
    static let when = Shape("when", "when", [], others: .either([.template, .list(.template)]))
    static let each = Shape(
        "each", "each",
        [
            .may("except", .template, "The element that is left out."),
            .may("after", places, "The names, inside an element, of those it comes after."),
            .may("before", places, "The names, inside an element, of those it comes before."),
            .may("at-once", .integer(1...16), "How many at the same time (1)."),
        ], others: .path)
    private static let places = Kind.either([.pointer, .list(.pointer)])
    static let retry = Shape(
        "retry", "retry",
        [
            .must("attempts", .integer(2...10), "So often in all."),
            .may("pause", .duration, "Between two of them (10s)."),
        ])
    static let undo = Shape(
        "undo", "undo",
        [
            .must("do", .mapping("do"), "The action."),
            .may("stdin", .mapping("stdin"), "What it reads."),
            .may("goal", .mapping("check"), "The check that says it is taken back."),
            .may("effect", .words(effects), "What may be done when an attempt is in doubt."),
            .may("timeout", .duration, "How long it may take (30s)."),
        ])
    static let observe = Shape("observe", "observe", [], others: .mapping("observation"))
    static let observation = Shape(
        "observation", "an observation",
        questions + [
            .may("absent", .words(["done", "stop"]), "What it means that nothing is there (stop)."),
            .may("may-change", .flag, "Whether a retry may find another one there, and takes that.")
        ],
        choice: questionWords)
    static let capture = Shape("capture", "capture", [], others: .mapping("captured"))
    static let captured = Shape(
        "captured", "what is captured",
        [
            .must("from", .words(["stdout"]), "Where it is printed."),
            .may(
                "json", .pointer, "Where it is in the JSON that is printed; left out: all, as text."
            ),
            .may(
                "where", .either([.mapping("where"), .list(.mapping("where"))]),
                "Which elements of a list are kept: those of which all of it is so."),
            .may("take", .mapping("take"), "Which members of each element: name to pointer."),
        ])
    static let filter = Shape(
        "where", "where",
        [
            .must("under", .pointer, "The place in an element."),
            .may("equals", .template, "The text that stands there or below."),
            .may("none", .template, "The text that stands neither there nor below."),
            .may("repository", .template, "The repository whose URL it is, however it is spelt."),
            .may("present", .flag, "Whether there is something there."),
        ], choice: ["equals", "none", "repository", "present"])
    static let take = Shape("take", "take", [], others: .pointer)
    /// Only in a bound plan.
    static let group = Shape(
        "among", "among",
        [
            .must("of", .text, "The id they were made from."),
            .may("at-once", .integer(1...16), "How many at the same time."),
        ])
}
