import SQLite

/// Checks a journal from its first byte to its last, believing nothing.
public enum JournalVerifier {
    /// Reads the whole journal in `directory` and reports all that is not as
    /// it was written.
    ///
    /// Every line is read by the rules of its canonical form; the chain, the
    /// sequence, the projection, the schema's text, SQLite's own structures and
    /// every stored output an entry names are checked. Needs memory for one
    /// entry, no lock, and changes no entry; may run while somebody writes.
    ///
    /// - Parameter atLeast: a head the journal is known to have had.
    public static func verify(
        directory: String, atLeast: JournalHead? = nil,
        options: JournalOptions = JournalOptions()
    ) -> VerificationReport {
        var report = VerificationReport()
        do {
            let place = try JournalDirectory(directory, create: false, options: options)
            for objection in place.objections() {
                report.add(objection.code, nil, "\(objection.path) \(objection.reason)")
            }
            guard report.isIntact || !report.findings.contains(where: { $0.code == "JR-LINK" })
            else { return report }
            return try read(place, known: atLeast.map { [$0] } ?? [], report)
        } catch {
            report.add(error)
            return report
        }
    }

    private static func read(
        _ place: JournalDirectory, known: [JournalHead], _ before: VerificationReport
    ) throws(JournalError) -> VerificationReport {
        guard (try? Files.status(place.database)) ?? nil != nil else {
            throw .missing(path: place.database)
        }
        do {
            let connection = try Connection(
                path: place.database, mode: JournalDatabase.readMode(place.database))
            var outside = before
            do { try JournalDatabase.identify(connection) } catch let error as JournalError {
                outside.add(error)
                guard error.code == "JR-SCHEMA" else { return outside }
            }
            var known = known
            if let anchor = try anchor(place, connection) { known.append(anchor.head) }
            // One snapshot for everything, whoever writes meanwhile, and none
            // that is older than the anchor.
            try connection.execute("BEGIN")
            var check = ChainCheck(known: known, report: outside)
            try walk(connection, &check, OutputStore(path: place.outputs))
            try checkStructures(connection, &check)
            return check.finish()
        } catch let error as SQLiteError {
            throw JournalDatabase.reading(error, place.database)
        } catch let error as JournalError {
            throw error
        } catch {
            throw .notReadable(path: place.database, reason: "\(error)")
        }
    }

    private static func anchor(
        _ place: JournalDirectory, _ connection: borrowing Connection
    ) throws -> Anchor? {
        guard let anchors = place.options.anchorDirectory else { return nil }
        let first = try connection.query("SELECT body FROM entry WHERE sequence = 0") {
            $0.blob(0)
        }.first
        guard let first, let genesis = try? EntryLine.decode(first) else { return nil }
        return try Anchor.read(in: anchors, journal: genesis.journal)
    }

    /// Goes along the entries and the projection at once.
    private static func walk(
        _ connection: borrowing Connection, _ check: inout ChainCheck, _ outputs: OutputStore
    ) throws(SQLiteError) {
        let lines = try connection.prepare("SELECT sequence, body FROM entry ORDER BY sequence")
        let rows = try connection.prepare(
            "SELECT sequence, run, kind, wall_ms FROM projection ORDER BY sequence")
        var strays: [Int] = []
        var isRow = try rows.next()
        while try lines.next() {
            let sequence = lines.int(0), line = lines.bytes(1)
            while isRow, rows.int(0) < sequence {
                if strays.count < 10 { strays.append(rows.int(0)) }
                isRow = try rows.next()
            }
            let isProjected = isRow && rows.int(0) == sequence
            let row =
                isProjected
                ? ChainCheck.Row(run: rows.bytes(1), kind: rows.bytes(2), wall: rows.int(3)) : nil
            check.take(sequence: sequence, line: line, row: row)
            for objection in outputs.objections(to: line) {
                check.add("JR-OUTPUT", sequence, objection)
            }
            if isProjected { isRow = try rows.next() }
        }
        while isRow, strays.count < 10 {
            strays.append(rows.int(0))
            isRow = try rows.next()
        }
        for stray in strays {
            check.add("JR-VIEW", stray, "the projection has a row too many")
        }
    }

    /// What the walk cannot see: an index that hides some of the rows.
    private static func checkStructures(
        _ connection: borrowing Connection, _ check: inout ChainCheck
    ) throws(SQLiteError) {
        let problems = try connection.query("PRAGMA integrity_check(10)") { $0.text(0) }
        for problem in problems where problem != "ok" { check.add("JR-FORMAT", nil, problem) }
    }
}
