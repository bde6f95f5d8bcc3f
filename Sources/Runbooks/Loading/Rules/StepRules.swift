internal import YAML

/// Rules about the commands of one step, for the document it was written in.
struct StepRules {
    let problems: Problems
    let node: YAMLNode
    let step: Step

    func check() {
        let undo = node["undo"]
        let acts = [(node["do"], node["stdin"]), (undo?["do"], undo?["stdin"])]
        for (action, input) in acts {
            guard let line = CommandLine(action) else { continue }
            checkGitOps(line, input ?? action?["stdin"])
        }
        guard holdsSecret else { return }
        for line in acts.compactMap({ CommandLine($0.0) }) { checkQuiet(line) }
        for line in questions.compactMap({ CommandLine($0) }) { checkVerbose(line) }
    }

    private var holdsSecret: Bool {
        [step.action?.input, step.undo?.action.input].contains { input in
            switch input {
            case .secret, .sealingKeys: true
            case nil, .some(.none), .json: false
            }
        }
    }

    /// The mappings of the questions in the step's checks.
    private var questions: [YAMLNode] {
        ["goal", "guard"].compactMap { node[$0] }.flatMap(Self.questions)
            + (node["observe"]?.mapping?.entries.map(\.value) ?? [])
    }

    private static func questions(_ check: YAMLNode) -> [YAMLNode] {
        let parts =
            (check["all"]?.sequence ?? []) + (check["any"]?.sequence ?? [])
            + [check["not"]].compactMap(\.self)
        return parts.isEmpty ? [check] : parts.flatMap(questions)
    }

    private func checkGitOps(_ line: CommandLine, _ input: YAMLNode?) {
        guard step.gitops == nil, let what = GitOpsRule.write(line, input: input) else { return }
        problems.add(
            "RB-GITOPS", at: line.mark,
            "\(what) without a mark; say 'gitops: freeze' when this stops the engine, 'gitops: resume' "
                + "when it lets it go on")
    }

    private func checkQuiet(_ line: CommandLine) {
        checkVerbose(line)
        guard !step.isSilent, let what = SecretRule.prints(line) else { return }
        problems.add(
            "RB-PRINTS", at: line.mark,
            "\(what) in a step that holds a secret; say 'output: none', or do it in another step")
    }

    private func checkVerbose(_ line: CommandLine) {
        guard let what = SecretRule.verbose(line) else { return }
        problems.add(
            "RB-VERBOSE", at: what.mark,
            "\(line.program) \(what.text.excerpt) prints credentials in a step with a secret; leave it out"
        )
    }
}
