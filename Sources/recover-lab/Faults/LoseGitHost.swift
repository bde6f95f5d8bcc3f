/// Nobody answers where the desired state is kept.
struct LoseGitHost: Fault {
    static let usage = "lose-git-host"
    static let meaning = "connections to the host of the Git repository are refused"

    init(_ words: [String], in description: LabDescription) throws(InputError) {
        guard description.hasRepository else {
            throw InputError("\(description.estate) has no repository whose host could be lost")
        }
    }

    var words: [String] { [] }

    func happen(in world: World) throws { try world.git.lose() }

    func unseen(in world: World) -> [String] {
        world.git.isThere ? ["the Git host still answers"] : []
    }

    func mend(in world: World) throws { try world.git.restore() }
}
