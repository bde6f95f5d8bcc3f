/// One unit, and what `systemctl` was asked to change about it.
struct UnitChange {
    let units: Units
    let call: SystemctlCall
    let unit: String

    /// Changes it; what systemctl prints of that.
    func answer() -> ShimAnswer {
        do {
            switch call.verb {
            case .enable, .disable: return try able()
            case .mask, .unmask: return try mask()
            case .reload:
                return ShimAnswer(
                    exit: 1,
                    error: "Failed to reload \(unit): Job type reload is not applicable for unit "
                        + "\(unit).\n")
            default: return try run(call.verb)
            }
        } catch Units.Refusal.unknown {
            return unknown
        } catch Units.Refusal.masked {
            let isEnable = call.verb == .enable
            return ShimAnswer(
                exit: 1,
                error: isEnable
                    ? "Failed to enable unit: Unit file \(UnitFolder.place)/\(unit) is masked.\n"
                    : "Failed to \(call.verb.rawValue) \(unit): Unit \(unit) is masked.\n")
        } catch Units.Refusal.unsimulated(let line) {
            return .unknown("systemctl", [call.verb.rawValue, unit, "with", line])
        } catch {
            return ShimAnswer(exit: 1, error: "Failed to \(call.verb.rawValue) \(unit): \(error)\n")
        }
    }

    /// What systemctl says while a unit's files are newer than what systemd
    /// knows of them.
    static func warning(_ units: Units, _ unit: String) -> String {
        guard units.isOutdated(unit) else { return "" }
        return "Warning: The unit file, source configuration file or drop-ins of \(unit) changed "
            + "on disk. Run 'systemctl daemon-reload' to reload units.\n"
    }

    private func run(_ verb: SystemctlCall.Verb) throws -> ShimAnswer {
        let warning = UnitChange.warning(units, unit)
        let isRunning = units.record(unit)?.isBusy == true
        if verb == .tryRestart && !isRunning { return ShimAnswer(error: warning) }
        if verb == .stop || isRunning && verb != .start { try units.stop(unit) }
        if verb != .stop { try units.start(unit) }
        return ShimAnswer(error: warning)
    }

    private func able() throws -> ShimAnswer {
        let isOn = call.verb == .enable
        if units.folder.standing(unit) == .static {
            return ShimAnswer(
                error: "The unit files have no installation config (WantedBy=, RequiredBy=, Also=,"
                    + "\nAlias= settings in the [Install] section), so nothing is done.\n")
        }
        var answer = ShimAnswer()
        for link in try units.setEnabled(unit, isOn) {
            answer.error +=
                isOn
                ? "Created symlink \(link) → \(UnitFolder.place)/\(unit).\n"
                : "Removed \"\(link)\".\n"
        }
        guard call.now else { return answer }
        let ran = try run(isOn ? .start : .stop)
        return ShimAnswer(exit: ran.exit, output: ran.output, error: answer.error + ran.error)
    }

    private func mask() throws -> ShimAnswer {
        let path = "\(UnitFolder.place)/\(unit)"
        if call.verb == .unmask {
            let isDone = try units.setMasked(unit, false)
            return ShimAnswer(error: isDone ? "Removed \"\(path)\".\n" : "")
        }
        let wasMasked = units.folder.isMasked(unit)
        guard try units.setMasked(unit, true) else {
            return ShimAnswer(
                exit: 1, error: "Failed to mask unit: File \(path) already exists.\n")
        }
        let created = wasMasked ? "" : "Created symlink \(path) → /dev/null.\n"
        guard call.now else { return ShimAnswer(error: created) }
        if units.record(unit)?.isBusy == true { try units.stop(unit) }
        return ShimAnswer(error: created)
    }

    private var unknown: ShimAnswer {
        let verb = call.verb.rawValue
        switch call.verb {
        case .enable, .disable:
            return ShimAnswer(
                exit: 1, error: "Failed to \(verb) unit: Unit file \(unit) does not exist.\n")
        case .stop:
            return ShimAnswer(exit: 5, error: "Failed to stop \(unit): Unit \(unit) not loaded.\n")
        default:
            return ShimAnswer(
                exit: 5, error: "Failed to \(verb) \(unit): Unit \(unit) not found.\n")
        }
    }
}
