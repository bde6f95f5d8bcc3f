import SQLite

/// Checks a journal from its first byte to its last, believing nothing.
public enum JournalVerifier {
    /// Reads the whole journal in `directory` and reports all that is not as
    /// it was written.
    ///
    /// Every line is decoded, encoded again and compared; the chain, the
    /// sequence, the projection, the schema's text, SQLite's own structures and
    /// every stored output an entry names are checked. Needs memory for one
    /// entry, no lock, and changes no entry; may run while somebody writes.
    ///
    /// - Parameters:
    ///   - atLeast: a head the journal is known to have had.
    ///   - inspect: called with each readable entry, in order.
    public static func verify(
        directory: String, atLeast: JournalHead? = nil,
        options: JournalOptions = JournalOptions(),
        inspect: (JournalEntry) -> Void = { _ in }
    ) -> VerificationReport {
        var report = VerificationReport()
        do {
            let place = try JournalDirectory(directory, create: false, options: options)
            for objection in place.objections() {
                report.add(objection.code, nil, "\(objection.path) \(objection.reason)")
            }
            guard report.isIntact || !report.findings.contains(where: { $0.code == "JR-LINK" })
            else { return report }
            return try read(place, known: atLeast.map { [$0] } ?? [], report, inspect)
        } catch {
            report.add(error)
            return report
        }
    }

    private static func read(
        _ place: JournalDirectory, known: [JournalHead], _ before: VerificationReport,
        _ inspect: (JournalEntry) -> Void
    ) throws(JournalError) -> VerificationReport {
        guard (try? Files.status(place.database)) ?? nil != nil else {
            throw .missing(path: place.database)
        }
        do {
            let connection = try Connection(path: place.database, mode: .readOnly)
            // One snapshot for everything, whoever writes meanwhile.
            try connection.execute("BEGIN")
            var outside = before
            do { try JournalDatabase.identify(connection) } catch let error as JournalError {
                outside.add(error)
                guard error.code == "JR-SCHEMA" else { return outside }
            }
            var known = known
            if let anchor = try anchor(place, connection) { known.append(anchor.head) }
            var check = ChainCheck(known: known, report: outside)
            try walk(connection, &check, OutputStore(path: place.outputs), inspect)
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

    private static func walk(
        _ connection: borrowing Connection, _ check: inout ChainCheck, _ outputs: OutputStore,
        _ inspect: (JournalEntry) -> Void
    ) throws(SQLiteError) {
        _ = try connection.query(
            """
            SELECT e.sequence, e.body, p.sequence, p.run, p.kind, p.wall_ms
            FROM entry AS e LEFT JOIN projection AS p USING (sequence) ORDER BY e.sequence
            """
        ) { row in
            let projected =
                row.isNull(2)
                ? nil : ChainCheck.Row(run: row.text(3), kind: row.text(4), wall: row.int(5))
            let sequence = row.int(0)
            guard let entry = check.take(sequence: sequence, line: row.blob(1), row: projected)
            else { return }
            for output in StoredOutput.references(in: entry.data) {
                guard let objection = outputs.objection(to: output) else { continue }
                check.add("JR-OUTPUT", sequence, objection)
            }
            inspect(entry)
        }
    }

    /// What the walk along `entry` cannot see: rows nobody asked for, and an
    /// index that hides some.
    private static func checkStructures(
        _ connection: borrowing Connection, _ check: inout ChainCheck
    ) throws(SQLiteError) {
        let strays = try connection.query(
            "SELECT sequence FROM projection EXCEPT SELECT sequence FROM entry LIMIT 10"
        ) { $0.int(0) }
        for stray in strays { check.add("JR-VIEW", stray, "the projection has a row too many") }
        let problems = try connection.query("PRAGMA integrity_check(10)") { $0.text(0) }
        for problem in problems where problem != "ok" { check.add("JR-FORMAT", nil, problem) }
    }
}
