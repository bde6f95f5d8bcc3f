internal import Effects
internal import Estates
internal import Glibc
internal import JSON
internal import RecoveryEngine
internal import YAML

/// `recover snapshot take|show|verify|diff [ESTATE]`
enum SnapshotCommand {
    static func run(_ invocation: Invocation, _ site: Site) throws(Refusal) -> ExitCode {
        let name = try DeclaredEstate.name(invocation, site)
        switch invocation.words[1] {
        case "take": return try take(name, invocation, site)
        case "show": return try show(name, invocation, site)
        case "verify": return try verify(name, invocation, site)
        default: return try diff(name, invocation, site)
        }
    }

    // MARK: take

    private static func take(
        _ name: String, _ invocation: Invocation, _ site: Site
    ) throws(Refusal) -> ExitCode {
        let live = try LiveEstate(name, invocation, site)
        defer { live.reader.finish() }
        let snapshot = try live.look(isForKeeping: true)
        let isAny = snapshot.clusters.values.contains { $0.values.contains { $0.items != nil } }
        guard isAny else {
            let why = snapshot.gaps.map { "\($0.cluster): \($0.why)" }.joined(separator: "\n")
            throw Refusal(
                .notReady, "SN-NOTHING: nothing could be seen, nothing was written\n\(why)")
        }
        let time = snapshot.taken.filter { $0 != "-" && $0 != ":" }
        let path =
            Site.absolute(invocation["out"]) ?? "\(SnapshotFolder.place(name, site))/\(time)"
        try SnapshotFolder.write(snapshot, to: path)
        say(snapshot, path)
        guard snapshot.gaps.isEmpty else {
            Terminal.say("It is not whole: what it could not see is listed above.")
            return .notReady
        }
        return .recovered
    }

    // MARK: show

    private static func show(
        _ name: String, _ invocation: Invocation, _ site: Site
    ) throws(Refusal) -> ExitCode {
        let folder = try SnapshotFolder.named(invocation["snapshot"] ?? "newest", of: name, site)
        say(try folder.snapshot(), folder.path)
        return .recovered
    }

    private static func say(_ snapshot: ObservedSnapshot, _ path: String) {
        guard !Terminal.isForMachines else {
            let clusters = snapshot.clusters.mapValues { sections in
                JSONValue.object(
                    sections.mapValues { section in
                        switch section {
                        case .items(let items): .object(["items": .object(items)])
                        case .cannotTell(let why): .object(["cannot-tell": .string(why)])
                        }
                    })
            }
            let data: JSONValue = [
                "estate": .string(snapshot.estate), "taken": .string(snapshot.taken),
                "path": .string(path), "clusters": .object(clusters),
            ]
            return Terminal.emit(Record.of(kind: "snapshot", data: data))
        }
        Terminal.say("\(snapshot.estate) as of \(snapshot.taken), in \(path)")
        for (cluster, sections) in snapshot.clusters.sorted(by: { $0.key < $1.key }) {
            for (name, section) in sections.sorted(by: { $0.key < $1.key }) {
                let what =
                    switch section {
                    case .items(let items): "\(items.count)"
                    case .cannotTell(let why): "cannot tell: \(why)"
                    }
                Terminal.say("  \(cluster) \(name): \(what)")
            }
        }
    }

    // MARK: verify

    private static func verify(
        _ name: String, _ invocation: Invocation, _ site: Site
    ) throws(Refusal) -> ExitCode {
        var folders = SnapshotFolder.all(of: name, site)
        if let given = invocation["snapshot"] {
            folders = [try SnapshotFolder.named(given, of: name, site)]
        }
        guard !folders.isEmpty else {
            throw Refusal(
                .refusedInput,
                "\(name) has no snapshot yet; type: recover snapshot take \(name)")
        }
        var isIntact = true
        for folder in folders {
            let objections = folder.objections()
            for objection in objections { tell(objection, folder) }
            if objections.isEmpty { Terminal.say("INTACT      \(folder.path)") }
            isIntact = isIntact && objections.isEmpty
        }
        return isIntact ? .recovered : .refuted
    }

    private static func tell(_ objection: String, _ folder: SnapshotFolder) {
        guard Terminal.isForMachines else {
            return Terminal.say("CHANGED     \(folder.path): \(objection)")
        }
        let data: JSONValue = [
            "code": "SN-SUM", "subject": .string(folder.path), "text": .string(objection),
        ]
        Terminal.emit(Record.of(kind: "finding", data: data))
    }

    // MARK: diff

    private static func diff(
        _ name: String, _ invocation: Invocation, _ site: Site
    ) throws(Refusal) -> ExitCode {
        let from = invocation["from"] ?? "declared"
        let new = try SnapshotFolder.named(invocation["to"] ?? "newest", of: name, site)
        let seen = try new.snapshot()
        let difference: SnapshotDifference
        if from == "declared" {
            let declared: DeclaredEstate
            do { declared = try DeclaredEstate(name, site) } catch { throw Refusal(error) }
            let pair = declared.estate.comparable(with: seen)
            difference = SnapshotDifference(pair.declared, pair.observed)
        } else {
            let old = try SnapshotFolder.named(from, of: name, site)
            difference = SnapshotDifference(try old.snapshot(), seen)
        }
        Terminal.say("\(from) → \(new.name)")
        var place = ""
        for line in difference.lines {
            if Terminal.isForMachines {
                let data: JSONValue = [
                    "section": .string(line.place), "sign": .string(line.sign),
                    "name": .string(line.name), "text": .string(line.what),
                ]
                Terminal.emit(Record.of(kind: "difference", data: data))
                continue
            }
            if line.place != place { Terminal.say(line.place) }
            place = line.place
            let what = line.what.isEmpty ? "" : line.name.isEmpty ? line.what : ": \(line.what)"
            Terminal.say("  \(line.sign) \(line.name)\(what)")
        }
        if difference.lines.isEmpty { Terminal.say("nothing differs") }
        return difference.lines.isEmpty ? .recovered : .refusedInput
    }
}
