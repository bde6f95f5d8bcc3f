extension Shape {
    static let expect = Shape(
        "expect", "expect",
        [
            .may("exit", .integer(0...255), "The exit code that answers (0)."),
            .may("fails-on", .list(.integer(0...255)), "Exit codes that mean fails."),
            .may("status", .either([status, .list(status)]), "HTTP status that answers (200)."),
            .may("headers", .mapping("header-matchers"), "Header to matchers."),
            .may("certificate", .mapping("certificate"), "The server's certificate."),
            .may("stdout", .mapping("text-matcher"), "What it prints."),
            .may("stderr", .mapping("text-matcher"), "What it complains."),
            .may("log", .mapping("text-matcher"), "Both together."),
            .may(
                "json", .either([.mapping("json-matcher"), .list(.mapping("json-matcher"))]),
                "What it prints, read as JSON."),
        ])
    private static let status = Kind.integer(100...599)
    static let headerMatchers = Shape(
        "header-matchers", "headers", [], others: .mapping("text-matcher"))
    static let certificate = Shape(
        "certificate", "certificate",
        [.must("valid-for", .duration, "It must be good for so long.")])
    static let textMatcher = Shape(
        "text-matcher", "a matcher",
        [
            .may("equals", .template, "The whole text."),
            .may("contains", .template, "A part of it."),
            .may("starts", .template, "Its beginning."), .may("ends", .template, "Its end."),
            .may("matches", .text, "A regular expression, found anywhere unless anchored."),
            .may("empty", .flag, "Whether there is nothing."),
            .may("lines", .mapping("lines"), "How many lines contain a text."),
            .may("same-as", .path, "A value known by name."),
            .may("differs-from", .path, "Not that value."),
        ])
    static let lines = Shape(
        "lines", "lines",
        [
            .must("containing", .template, "The text."),
            .must("count", .integer(0...100_000), "In so many lines."),
        ])
    static let jsonMatcher = Shape(
        "json-matcher", "json",
        [
            .must("at", .pointer, "The place; empty is the whole document."),
            .may("equals", .anything, "The value."),
            .may("any-of", .list(.anything), "One of these values."),
            .may("every", .anything, "Each element, and there is one."),
            .may("some", .anything, "At least one element."),
            .may("none", .anything, "No element."),
            .may("count", .integer(0...100_000), "So many elements."),
            .may("count-of", .path, "As many as this list has."),
            .may("includes", .anything, "All these members or elements."),
            .may("same-as", .path, "A value known by name."),
            .may("differs-from", .path, "Not that value."),
            .may("present", .flag, "Whether it is there."),
        ])

    /// The mappings an author may write.
    static let all = [
        runbook, fragment, appliesTo, objective, blastRadius, parameters, parameter, prerequisite,
        recovery, step, include, includeWith, when, each, retry, undo, observe, observation,
        capture,
        captured, filter, take, action, ask, ssh, kubectl, argument, stdin, check, http,
        httpHeaders,
        tcp, dns, proofWith, expect, headerMatchers, certificate, textMatcher, lines, jsonMatcher,
    ]
}
