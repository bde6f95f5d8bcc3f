import LabDoors

/// A name leads to another address than the estate's.
struct WrongName: Fault {
    static let usage = "wrong-name NAME ADDRESS"
    static let meaning = "the name server outside says another address for this name"

    let words: [String]

    init(_ words: [String], in description: LabDescription) throws(InputError) {
        guard LabDescription.isAddress(words[1]) else {
            throw InputError("\(words[1]) is no IPv4 address: \(Self.usage)")
        }
        self.words = words
    }

    func happen(in world: World) throws { try world.doors.setName(words[0], to: words[1]) }

    func unseen(in world: World) -> [String] { [] }
}
