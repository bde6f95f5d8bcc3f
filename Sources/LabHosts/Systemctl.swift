/// `systemctl` and `systemd-run` of one machine: the questions of a shim,
/// answered by its `Units` in the real program's words.
struct Systemctl: Sendable {
    let units: Units

    /// Answers `systemctl ARGUMENTS`.
    func answer(_ arguments: [String]) -> ShimAnswer {
        guard let call = SystemctlCall(arguments) else { return .unknown("systemctl", arguments) }
        if call.verb == .resetFailed && call.units.isEmpty {
            for unit in units.failed { _ = units.resetFailed(unit) }
        }
        var answer = ShimAnswer()
        for unit in call.units {
            let one = self.answer(call, unit)
            answer.output += one.output
            answer.error += one.error
            answer.exit = max(answer.exit, one.exit)
        }
        return answer
    }

    private func answer(_ call: SystemctlCall, _ unit: String) -> ShimAnswer {
        switch call.verb {
        case .isActive, .isFailed: isActive(call, unit)
        case .isEnabled: isEnabled(call, unit)
        case .show: show(call, unit)
        case .status: status(unit)
        case .daemonReload: ShimAnswer()
        case .resetFailed:
            units.resetFailed(unit)
                ? ShimAnswer()
                : ShimAnswer(
                    exit: 1,
                    error:
                        "Failed to reset failed state of unit \(unit): Unit \(unit) not loaded.\n")
        case .start, .stop, .restart, .enable, .disable: change(call, unit)
        }
    }

    // MARK: questions

    private func isActive(_ call: SystemctlCall, _ unit: String) -> ShimAnswer {
        let state = units.record(unit)?.active ?? "inactive"
        let holds = call.verb == .isFailed ? state == "failed" : state == "active"
        let no = call.verb == .isFailed ? 1 : 3
        return ShimAnswer(exit: holds ? 0 : no, output: call.quiet ? "" : "\(state)\n")
    }

    private func isEnabled(_ call: SystemctlCall, _ unit: String) -> ShimAnswer {
        guard let enabled = units.isEnabled(unit) else {
            if units.record(unit) != nil {
                return ShimAnswer(exit: 1, output: call.quiet ? "" : "transient\n")
            }
            return ShimAnswer(
                exit: 1,
                error: "Failed to get unit file state for \(unit): No such file or directory\n")
        }
        let word = enabled ? "enabled\n" : "disabled\n"
        return ShimAnswer(exit: enabled ? 0 : 1, output: call.quiet ? "" : word)
    }

    private func show(_ call: SystemctlCall, _ unit: String) -> ShimAnswer {
        let properties = units.record(unit)?.properties ?? UnitRecord.unknownProperties(unit)
        let names = call.properties.isEmpty ? properties.keys.sorted() : call.properties
        guard names.allSatisfy({ properties[$0] != nil }) else {
            let unknown = names.filter { properties[$0] == nil }
            return .unknown("systemctl", ["show", "-p", unknown.joined(separator: ",")])
        }
        let lines = names.map { (call.value ? "" : "\($0)=") + (properties[$0] ?? "") + "\n" }
        return ShimAnswer(output: lines.joined())
    }

    private func status(_ unit: String) -> ShimAnswer {
        guard let record = units.record(unit) else {
            return ShimAnswer(exit: 4, error: "Unit \(unit) could not be found.\n")
        }
        let text = "● \(unit) (simulated)\n     Active: \(record.active) (\(record.sub))\n"
        return ShimAnswer(exit: record.active == "active" ? 0 : 3, output: text)
    }

    // MARK: changes

    private func change(_ call: SystemctlCall, _ unit: String) -> ShimAnswer {
        var answer = ShimAnswer()
        do {
            if call.verb == .enable || call.verb == .disable {
                let wasEnabled = units.isEnabled(unit)
                try units.setEnabled(unit, call.verb == .enable)
                answer.error = linked(call, unit, wasEnabled)
                guard call.now else { return answer }
            }
            if call.verb == .stop || call.verb == .restart || call.verb == .disable {
                try units.stop(unit)
            }
            guard call.verb != .stop && call.verb != .disable else { return answer }
            try units.start(unit)
            guard !call.noBlock, let record = units.awaitStart(unit), record.active != "active"
            else { return answer }
            answer.exit = 1
            answer.error += "Job for \(unit) failed. See \"systemctl status \(unit)\".\n"
        } catch Units.Refusal.unknown {
            answer = refused(call, unit)
        } catch {
            answer = ShimAnswer(
                exit: 1, error: "Failed to \(call.verb.rawValue) \(unit): \(error)\n")
        }
        return answer
    }

    private func linked(_ call: SystemctlCall, _ unit: String, _ before: Bool?) -> String {
        let link = "/etc/systemd/system/multi-user.target.wants/\(unit)"
        switch (call.verb, before) {
        case (.enable, false): return "Created symlink \(link) → /etc/systemd/system/\(unit).\n"
        case (.disable, true): return "Removed \"\(link)\".\n"
        default: return ""
        }
    }

    private func refused(_ call: SystemctlCall, _ unit: String) -> ShimAnswer {
        switch call.verb {
        case .enable, .disable:
            ShimAnswer(
                exit: 1,
                error: "Failed to \(call.verb.rawValue) unit: Unit file \(unit) does not exist.\n")
        case .stop: ShimAnswer(exit: 5, error: "Failed to stop \(unit): Unit \(unit) not loaded.\n")
        default:
            ShimAnswer(
                exit: 5, error: "Failed to \(call.verb.rawValue) \(unit): Unit \(unit) not found.\n"
            )
        }
    }

    // MARK: systemd-run

    /// Answers `systemd-run ARGUMENTS`.
    func run(_ arguments: [String], fallback: String) -> ShimAnswer {
        guard let call = SystemdRunCall(arguments, fallback: fallback) else {
            return .unknown("systemd-run", arguments)
        }
        let name = call.record.name
        do {
            try units.startTransient(call.record)
        } catch Units.Refusal.exists {
            return ShimAnswer(
                exit: 1,
                error:
                    "Failed to start transient service unit: Unit \(name) was already loaded "
                        + "or has a fragment file.\n"
            )
        } catch {
            return ShimAnswer(exit: 1, error: "Failed to start transient service unit: \(error)\n")
        }
        if !call.noBlock, let record = units.record(name), record.mainStatus == 203,
            record.active == "failed"
        {
            return ShimAnswer(exit: 1, error: "Job for \(name) failed.\n")
        }
        return ShimAnswer(error: call.quiet ? "" : "Running as unit: \(name)\n")
    }
}
