import LabHosts

/// A unit is stopped and stays so.
struct StopUnit: Fault {
    static let usage = "stop-unit NODE UNIT"
    static let meaning = "systemctl stop UNIT on the machine"

    let words: [String]

    init(_ words: [String], in description: LabDescription) throws(InputError) {
        _ = try description.machine(words[0])
        self.words = words
    }

    func happen(in world: World) throws {
        try world.hosts.host(words[0]).systemctl(["stop", words[1]])
    }

    func unseen(in world: World) -> [String] { [] }
}
