internal import JSON
public import YAML

/// YAML to `Runbook` and `Fragment`; every mistake at once.
public enum RunbookDecoder {
    /// Lower-case letters, digits and `-`, starting with a letter or digit;
    /// with `dotted` several such names joined by dots.
    static func isIdentifier(_ text: String, dotted: Bool = false) -> Bool {
        let parts =
            dotted
            ? text.split(separator: ".", omittingEmptySubsequences: false).map(String.init) : [text]
        return parts.allSatisfy { part in
            !part.isEmpty && part.utf8.count <= 63 && part.utf8.first != UInt8(ascii: "-")
                && !part.contains("--")
                && part.utf8.allSatisfy {
                    (0x61...0x7A).contains($0) || (0x30...0x39).contains($0)
                        || $0 == UInt8(ascii: "-")
                }
        }
    }

    /// What a name must be, for a person.
    static let identifierRule =
        "an id starts with a letter or digit and holds at most 63 of a-z, 0-9 and single '-'"

    /// The most steps of a plan.
    static let mostSteps = 1000

    /// Decodes a runbook that stands alone: where an include leads is not known.
    public static func runbook(_ root: YAMLNode, _ document: Document) throws(Diagnostics)
        -> Runbook
    {
        let problems = Problems(file: document.path)
        let runbook = decodeRunbook(root, document, problems)
        if let runbook { problems.add(NameWalk(library: nil).problems(of: runbook)) }
        return try problems.result(runbook)
    }

    /// The runbook, with everything that is wrong in itself told to `problems`.
    static func decodeRunbook(
        _ root: YAMLNode, _ document: Document, _ problems: Problems
    ) -> Runbook? {
        guard SecretShapes.areAbsent(root, document, problems),
            let fields = Fields(root, .runbook, problems)
        else { return nil }
        checkLanguage(fields)
        let name = Self.name(fields, "runbook", document)
        let version = Self.version(fields)
        let title = fields.required("title").flatMap { fields.text($0, "title") }
        let situation = fields.text("situation")
        let appliesTo = Self.appliesTo(fields)
        let objective = fields.optional("objective").flatMap { Self.objective($0, problems) }
        let radius = fields.optional("blast-radius").flatMap { Fields($0, .blastRadius, problems) }
        let most = radius?.integer("max-targets", 1...1000)
        let least = radius?.integer("min-survivors", 0...1000)
        radius?.finish()
        let parameters = fields.entries("parameters", .parameters).compactMap { entry in
            ParameterDecoder(problems: problems).parameter(entry.key, entry.value)
        }
        let prerequisites = fields.list("prerequisites") ?? []
        let steps = Self.steps(fields)
        let recovered = Self.recovered(fields)
        fields.finish()
        checkSteps(steps, problems)
        checkConditions(prerequisites, recovered, problems)
        guard let name, let version, let title else { return nil }
        return Runbook(
            name: name, version: version, title: title, situation: situation,
            appliesTo: appliesTo, objective: objective, maxTargets: most ?? 1,
            minSurvivors: least ?? 0, parameters: parameters, prerequisites: prerequisites,
            steps: steps, recovered: recovered, document: document)
    }

    /// Decodes a fragment that stands alone: where an include leads is not known.
    public static func fragment(_ root: YAMLNode, _ document: Document) throws(Diagnostics)
        -> Fragment
    {
        let problems = Problems(file: document.path)
        let fragment = decodeFragment(root, document, problems)
        if let fragment { problems.add(NameWalk(library: nil).problems(of: fragment)) }
        return try problems.result(fragment)
    }

    /// The fragment, with everything that is wrong in itself told to `problems`.
    static func decodeFragment(
        _ root: YAMLNode, _ document: Document, _ problems: Problems
    ) -> Fragment? {
        guard SecretShapes.areAbsent(root, document, problems),
            let fields = Fields(root, .fragment, problems)
        else { return nil }
        checkLanguage(fields)
        let name = Self.name(fields, "fragment", document)
        let version = Self.version(fields)
        let parameters = (fields.list("parameters") ?? []).compactMap { node -> String? in
            guard let text = node.scalar?.text, isIdentifier(text) else {
                problems.add("RB-ID", at: node.mark, identifierRule)
                return nil
            }
            return text
        }
        let steps = Self.steps(fields)
        fields.finish()
        checkSteps(steps, problems)
        guard let name, let version else { return nil }
        return Fragment(
            name: name, version: version, parameters: parameters, steps: steps, document: document)
    }
}
