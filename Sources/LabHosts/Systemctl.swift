/// `systemctl` and `systemd-run` of one machine: the questions of a shim,
/// answered by its `Units` in the real program's words, those of systemd 252.
struct Systemctl: Sendable {
    let units: Units

    /// Answers `systemctl ARGUMENTS`. A unit that was started may still be
    /// starting then; see `settle`.
    func answer(_ arguments: [String]) -> ShimAnswer {
        guard let call = SystemctlCall(arguments) else { return .unknown("systemctl", arguments) }
        switch call.verb {
        case .isActive, .isFailed, .isEnabled: return ask(call)
        case .listUnits: return list(call)
        case .isSystemRunning:
            let isWhole = units.failed.isEmpty
            return ShimAnswer(exit: isWhole ? 0 : 1, output: isWhole ? "running\n" : "degraded\n")
        case .daemonReload:
            units.reload()
            return ShimAnswer()
        case .resetFailed where call.units.isEmpty:
            for unit in units.failed { _ = units.resetFailed(unit) }
            return ShimAnswer()
        default: return each(call)
        }
    }

    /// Waits until what `call` started is up, as systemctl does; it adds what
    /// became of it. `isGone` says that nobody waits for the answer any more.
    func settle(_ call: SystemctlCall, _ answer: inout ShimAnswer, isGone: () -> Bool) {
        let starts =
            [.start, .restart, .tryRestart, .reloadOrRestart].contains(call.verb)
            || call.verb == .enable && call.now
        guard starts, !call.noBlock else { return }
        for unit in call.units {
            units.awaitStart(unit, isGone: isGone)
            guard let record = units.record(unit), record.active == "failed" else { continue }
            answer.exit = 1
            answer.error += """
                Job for \(unit) failed because the control process exited with error code.
                See "systemctl status \(unit)" and "journalctl -xeu \(unit)" for details.

                """
        }
    }

    // MARK: questions about several units

    /// One good unit is enough for the exit code.
    private func ask(_ call: SystemctlCall) -> ShimAnswer {
        let answers = call.units.map { unit in
            call.verb == .isEnabled ? isEnabled(unit) : isActive(call, unit)
        }
        return ShimAnswer(
            exit: answers.contains { $0.exit == 0 } ? 0 : answers.map(\.exit).max() ?? 1,
            output: call.quiet ? "" : answers.map(\.output).joined(),
            error: answers.map(\.error).joined())
    }

    private func isActive(_ call: SystemctlCall, _ unit: String) -> ShimAnswer {
        let state = units.record(unit)?.active ?? "inactive"
        let holds = state == (call.verb == .isFailed ? "failed" : "active")
        return ShimAnswer(
            exit: holds ? 0 : call.verb == .isFailed ? 1 : 3, output: "\(state)\n")
    }

    private func isEnabled(_ unit: String) -> ShimAnswer {
        if let standing = units.folder.standing(unit) {
            let isOn = standing == .enabled || standing == .static
            return ShimAnswer(exit: isOn ? 0 : 1, output: "\(standing.rawValue)\n")
        }
        if units.record(unit) != nil { return ShimAnswer(exit: 1, output: "transient\n") }
        return ShimAnswer(
            exit: 1, error: "Failed to get unit file state for \(unit): No such file or directory\n"
        )
    }

    private func list(_ call: SystemctlCall) -> ShimAnswer {
        let known = Set(units.names).union(call.all ? units.folder.names : []).sorted()
        let records = known.compactMap(units.record).filter { record in
            let isMeant =
                call.units.isEmpty || call.units.contains { Systemctl.matches(record.name, $0) }
            let isShown = call.all || record.active != "inactive"
            return isMeant && (call.failed ? record.active == "failed" : isShown)
        }
        let lines = records.map { record in
            "  \(record.name) loaded \(record.active) \(record.sub) \(record.description)\n"
        }
        if call.bare { return ShimAnswer(output: lines.joined()) }
        return ShimAnswer(
            output: "  UNIT LOAD ACTIVE SUB DESCRIPTION\n" + lines.joined()
                + "\n\(lines.count) loaded units listed.\n")
    }

    /// Whether `pattern`, in which `*` stands for anything at its end, means
    /// `name`.
    private static func matches(_ name: String, _ pattern: String) -> Bool {
        pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : name == pattern
    }

    // MARK: one unit after the other

    private func each(_ call: SystemctlCall) -> ShimAnswer {
        var answer = ShimAnswer()
        for (index, unit) in call.units.enumerated() {
            var one = self.answer(call, unit)
            if call.verb == .cat && index > 0 { one.output = "\n" + one.output }
            answer.output += one.output
            answer.error += one.error
            if answer.exit == 0 { answer.exit = one.exit }
        }
        return answer
    }

    private func answer(_ call: SystemctlCall, _ unit: String) -> ShimAnswer {
        switch call.verb {
        case .show: show(call, unit)
        case .status: status(unit)
        case .cat: cat(unit)
        case .resetFailed where units.resetFailed(unit): ShimAnswer()
        case .resetFailed:
            ShimAnswer(
                exit: 1,
                error: "Failed to reset failed state of unit \(unit): Unit \(unit) not loaded.\n")
        default: UnitChange(units: units, call: call, unit: unit).answer()
        }
    }

    private func show(_ call: SystemctlCall, _ unit: String) -> ShimAnswer {
        var properties = units.record(unit)?.properties ?? UnitRecord.unknownProperties(unit)
        let file = units.definition(unit)
        let standing = units.folder.standing(unit)
        if standing == .masked { properties["LoadState"] = "masked" }
        properties["UnitFileState"] = standing?.rawValue ?? ""
        properties["FragmentPath"] = file?.path ?? ""
        properties["DropInPaths"] = file?.dropIns.joined(separator: " ") ?? ""
        properties["KillMode"] = file?.killMode ?? "control-group"
        properties["NeedDaemonReload"] = units.isOutdated(unit) ? "yes" : "no"
        let names = call.properties.isEmpty ? properties.keys.sorted() : call.properties
        guard names.allSatisfy({ properties[$0] != nil }) else {
            let unknown = names.filter { properties[$0] == nil }
            return .unknown("systemctl", ["show", "-p", unknown.joined(separator: ",")])
        }
        let lines = names.map { (call.value ? "" : "\($0)=") + (properties[$0] ?? "") + "\n" }
        return ShimAnswer(output: lines.joined())
    }

    private func cat(_ unit: String) -> ShimAnswer {
        guard let file = units.folder.load(unit) else {
            return ShimAnswer(exit: 1, error: "No files found for \(unit).\n")
        }
        let texts = units.folder.texts(file).map { "# \($0.path)\n\($0.text)" }
        return ShimAnswer(
            output: texts.joined(separator: "\n"), error: UnitChange.warning(units, unit))
    }

    private func status(_ unit: String) -> ShimAnswer {
        guard let record = units.record(unit) else {
            return ShimAnswer(exit: 4, error: "Unit \(unit) could not be found.\n")
        }
        let file = units.definition(unit)
        let standing = units.folder.standing(unit)?.rawValue ?? "transient"
        let sign = ["active": "●", "failed": "×", "inactive": "○"][record.active] ?? "●"
        var lines = [
            "\(sign) \(unit) - \(record.description)",
            "     Loaded: loaded (\(file?.path ?? "transient"); \(standing))",
        ]
        if let dropIns = file?.dropIns, !dropIns.isEmpty {
            lines.append("    Drop-In: " + dropIns.joined(separator: "\n             "))
        }
        lines.append(
            "     Active: \(record.active) (\(record.sub)) since \(Clock.full(record.since))")
        if !record.unmet.isEmpty {
            lines.append("  Condition: start condition failed at \(Clock.full(record.since))")
            lines.append("             └─ ConditionPathExists=\(record.unmet) was not met")
        }
        if record.mainPID > 0 { lines.append("   Main PID: \(record.mainPID)") }
        let log = units.log.entries([unit]).suffix(10).map { $0.short(host: units.host.name) }
        return ShimAnswer(
            exit: record.active == "active" ? 0 : 3,
            output: (lines + (log.isEmpty ? [] : [""] + log)).joined(separator: "\n") + "\n",
            error: UnitChange.warning(units, unit))
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
        } catch .exists {
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
