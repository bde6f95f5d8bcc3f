import JSON

/// The records of one machine's units on the lab's disk, one file for each.
struct UnitShelf: Sendable {
    let folder: String

    /// Every record that was kept.
    var records: [UnitRecord] {
        Disk.names(folder).compactMap { file in
            Disk.read("\(folder)/\(file)").flatMap { try? JSONValue(parsing: $0) }
                .flatMap { UnitRecord(json: $0) }
        }
    }

    /// Keeps `record` in place of what was known.
    func keep(_ record: UnitRecord) {
        do {
            try Disk.makeFolder(folder)
            try Disk.write("\(folder)/\(record.name).json", record.json.text + "\n")
        } catch {
            Complaint.say("the state of \(record.name) cannot be kept: \(error)")
        }
    }

    /// Forgets the unit `name`.
    func forget(_ name: String) { Disk.remove("\(folder)/\(name).json") }

    /// Forgets every unit.
    func clear() {
        for name in Disk.names(folder) { Disk.remove("\(folder)/\(name)") }
    }
}
