/// What a starting server makes of the difference between the bootstrap record
/// and the files on its disk.
enum Reconciliation: Hashable, Sendable {
    /// Both say the same.
    case same
    /// Every file is written anew from the record.
    case write
    /// Somebody put other files there later than the record was made: taking
    /// either side could cost the cluster.
    case newerOnDisk([String])

    /// Clocks may differ so much, in seconds.
    private static let skew = 3

    /// Compares; `isReset`: a cluster-reset takes the record's side.
    init(record: Bootstrap, disk: Bootstrap, isReset: Bool) {
        var newer: [String] = []
        var writes = false
        for (name, file) in record.files {
            guard let place = Bootstrap.places[name] else { continue }
            guard let found = disk.files[name] else {
                writes = true
                continue
            }
            guard found.content != file.content else { continue }
            if found.changed - file.changed >= Reconciliation.skew, !isReset {
                newer.append(place)
            } else {
                writes = true
            }
        }
        self = !newer.isEmpty ? .newerOnDisk(newer.sorted()) : writes ? .write : .same
    }
}
