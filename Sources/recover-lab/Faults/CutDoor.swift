import LabDoors
import LabHosts

/// A door beside the API is shut: nobody answers there any more.
struct CutDoor: Fault {
    static let usage = "cut-door DOOR"
    static let meaning = "registry, ingress, cluster-dns, dns or upstream answers no more"

    private let door: DoorKind

    init(_ words: [String], in description: LabDescription) throws(InputError) {
        guard let door = DoorKind(rawValue: words[0]) else {
            let known = DoorKind.allCases.map(\.rawValue).joined(separator: ", ")
            throw InputError("the lab has no door \(words[0]); it has: \(known)")
        }
        self.door = door
    }

    var words: [String] { [door.rawValue] }

    func happen(in world: World) throws { world.doors.cut(door) }

    func mend(in world: World) throws { world.doors.restore(door) }

    func unseen(in world: World) -> [String] {
        world.doors.cut.contains(door) ? [] : ["\(door.rawValue) still answers"]
    }
}
