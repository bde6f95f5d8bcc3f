internal import JSON
internal import RecoveryEngine
internal import Runbooks
internal import YAML

/// A runbook for a person to read, before it is bound to an estate.
///
/// It is made of the document's own nodes, so that what is written there is
/// shown, whatever the key.
struct RunbookText {
    let runbook: Runbook
    /// By name, those the runbook includes.
    let fragments: [String: Fragment]

    var lines: [String] {
        var lines = [
            "\(runbook.name) \(runbook.version): \(runbook.title)", runbook.document.path,
            Label.text("To use it", Pages.command(runbook)),
        ]
        for (path, values) in runbook.appliesTo {
            lines.append("For:        \(path) \(values.joined(separator: " or "))")
        }
        if let objective = runbook.objective {
            lines.append("Objective:  \(Span.words(Int(objective / .milliseconds(1))))")
        }
        lines.append("Changes:    at most \(runbook.maxTargets) at a time")
        lines += section("parameters", Page.table(Pages.page(of: runbook).options.dropLast()))
        lines += section("before the first change", runbook.prerequisites.flatMap(condition))
        var number = 0
        lines += section("steps", runbook.steps.flatMap { step(&number, $0, prefix: "") })
        return lines + section("recovered when", runbook.recovered.flatMap(condition))
    }

    private func section(_ title: String, _ lines: [String]) -> [String] {
        lines.isEmpty ? [] : ["", title] + lines
    }

    private func condition(_ node: YAMLNode) -> [String] {
        var lines = ["  \(text(node, "id")): \(text(node, "title"))"]
        lines += questions(node["check"], "asks")
        if let within = node["within"]?.scalar?.text { lines.append("      within: \(within)") }
        if let otherwise = node["otherwise"]?.scalar?.text {
            lines.append("      otherwise: \(otherwise)")
        }
        return lines
    }

    // MARK: steps

    private func step(_ number: inout Int, _ node: YAMLNode, prefix: String) -> [String] {
        let id = prefix + text(node, "id")
        if let name = node["include"]?.scalar?.text {
            var lines = ["  \(id): the steps of \(name)" + rest(node, ["when", "with", "each"])]
            for step in fragments[name]?.steps ?? [] {
                lines += self.step(&number, step, prefix: "\(id).")
            }
            return lines
        }
        number += 1
        var lines = ["  \(number). \(id): \(text(node, "title"))"]
        for key in ["why", "hazard"] {
            if let words = node[key]?.scalar?.text { lines.append("      \(key): \(words)") }
        }
        if let persons = node["approve"]?.scalar?.text {
            let words =
                persons == "2"
                ? "two persons' approval" : "an approval, by typing the target's name"
            lines.append("      needs \(words)")
        }
        for entry in node["observe"]?.mapping?.entries ?? [] {
            lines.append("      reads \(entry.key.text): \(deed(entry.value))")
        }
        lines += questions(node["guard"], "guard") + questions(node["goal"], "goal")
        if let action = node["do"] { lines.append("      does: \(deed(action))") }
        if let undo = node["undo"]?["do"] { lines.append("      undo: \(deed(undo))") }
        let shown = [
            "id", "title", "why", "hazard", "approve", "observe", "guard", "goal", "do", "undo",
        ]
        let others = (node.mapping?.keys ?? []).map(\.text).filter { !shown.contains($0) }
        for key in others { lines.append("      \(key): \(node[key].map(flow) ?? "")") }
        return lines
    }

    private func rest(_ node: YAMLNode, _ keys: [String]) -> String {
        keys.compactMap { key in node[key].map { ", \(key) \(flow($0))" } }.joined()
    }

    /// A check, one line for each question; what joins them is shown too.
    private func questions(_ node: YAMLNode?, _ label: String) -> [String] {
        guard let node else { return [] }
        for joint in ["all", "any"] {
            guard let parts = node[joint]?.sequence else { continue }
            return parts.flatMap { questions($0, "\(label) (\(joint))") }
        }
        if let inner = node["not"] { return questions(inner, "\(label) (not)") }
        let expect = node["expect"].map { "  expects \(flow($0))" } ?? ""
        return ["      \(label): \(deed(node))\(expect)"]
    }

    /// An action or a question.
    private func deed(_ node: YAMLNode) -> String {
        if let run = node["run"] { return arguments(run) }
        if let ssh = node["ssh"] { return "ssh \(text(ssh, "host")) \(arguments(ssh["run"]))" }
        if let kubectl = node["kubectl"] {
            return "kubectl [\(text(kubectl, "at"))] \(arguments(kubectl["run"]))"
        }
        return (node.mapping?.entries ?? []).filter { $0.key.text != "expect" }
            .map { "\($0.key.text) \(flow($0.value))" }.joined(separator: ", ")
    }

    private func arguments(_ node: YAMLNode?) -> String {
        (node?.sequence ?? []).map { $0.scalar.map { Shell.quote($0.text) } ?? flow($0) }
            .joined(separator: " ")
    }

    private func text(_ node: YAMLNode, _ key: String) -> String { node[key]?.scalar?.text ?? "" }

    private func flow(_ node: YAMLNode) -> String { Flow.text(node) }
}

/// A node on one line, in the order it was written.
enum Flow {
    static func text(_ node: YAMLNode) -> String {
        switch node {
        case .scalar(let scalar): scalar.json.string ?? scalar.text
        case .sequence(let elements, _): "[" + elements.map(text).joined(separator: ", ") + "]"
        case .mapping(let mapping, _):
            "{ "
                + mapping.entries.map { "\($0.key.text): \(text($0.value))" }
                .joined(separator: ", ") + " }"
        }
    }
}
