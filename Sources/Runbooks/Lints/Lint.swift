public import YAML

/// What is wrong with documents, and what is only unwise.
public enum Lint {
    /// What was found in some documents.
    public struct Findings: Sendable {
        /// How many runbooks were read.
        public let runbooks: Int
        /// They do not load.
        public let errors: [Diagnostic]
        /// They load; each code begins with `LINT-`.
        public let warnings: [Diagnostic]
    }

    /// Findings in the runbook `name` and the fragments it includes, or in all
    /// of `library`.
    public static func findings(in library: RunbookLibrary, _ name: String? = nil) -> Findings {
        var errors: [Diagnostic] = []
        var runbooks: [Runbook] = [], fragments: [Fragment] = []
        for name in name.map({ [$0] }) ?? library.names() {
            do throws(Diagnostics) { runbooks.append(try library.runbook(name)) } catch {
                errors += error.list
            }
        }
        for each in library.fragmentNames() {
            do throws(Diagnostics) { fragments.append(try library.fragment(each)) } catch {
                if name == nil { errors += error.list.filter { !errors.contains($0) } }
            }
        }
        let used = Usage(runbooks.flatMap(\.nodes) + fragments.flatMap(\.steps))
        var warnings = runbooks.flatMap { unwise(in: $0, used) }
        let wanted = name == nil ? nil : included(by: runbooks, fragments)
        for fragment in fragments where wanted?.contains(fragment.name) ?? true {
            warnings += StepLints(file: fragment.document.path, used: used, objective: nil)
                .findings(fragment.steps)
            let usage = Usage(fragment.steps)
            for parameter in fragment.parameters where !usage.names(parameter) {
                warnings.append(
                    Diagnostic(
                        file: fragment.document.path, mark: nil, code: "LINT-UNUSED",
                        message: "nothing uses the parameter '\(parameter)'"))
            }
        }
        return Findings(runbooks: runbooks.count, errors: errors, warnings: warnings)
    }

    private static func included(by runbooks: [Runbook], _ fragments: [Fragment]) -> Set<String> {
        var names: Set<String> = []
        var nodes = runbooks.flatMap(\.steps)
        while let node = nodes.popLast() {
            guard let name = node["include"]?.scalar?.text, names.insert(name).inserted else {
                continue
            }
            nodes += fragments.first { $0.name == name }?.steps ?? []
        }
        return names
    }

    private static func unwise(in runbook: Runbook, _ used: Usage) -> [Diagnostic] {
        let file = runbook.document.path
        let usage = Usage(runbook.nodes)
        let unused = runbook.parameters.filter { !usage.names($0.name) }.map { parameter in
            Diagnostic(
                file: file, mark: nil, code: "LINT-UNUSED",
                message:
                    "nothing uses the parameter '\(parameter.name)'; the operator has to give it for nothing"
            )
        }
        return unused
            + StepLints(file: file, used: used, objective: runbook.objective).findings(
                runbook.steps)
    }
}

extension Runbook {
    /// Everything in it that may use a name.
    var nodes: [YAMLNode] { prerequisites + steps + recovered }
}
