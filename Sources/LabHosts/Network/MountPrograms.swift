/// `mount`, `umount` and `showmount` of a machine, as far as volumes of file
/// servers go.
struct MountPrograms {
    /// What a file server says of itself: nil does not answer.
    typealias Exports = @Sendable (_ server: String) -> [String]?

    /// What a call leads to.
    enum Outcome: Hashable {
        case answer(ShimAnswer)
        /// The same with a mount that changed.
        case changed(NodeMount)
        /// Nothing comes until the server does; then these words.
        case hangs(String)
    }

    let mounts: [NodeMount]
    let exports: Exports

    /// Answers `PROGRAM ARGUMENTS`; nil for what is not simulated.
    func run(_ program: String, _ arguments: [String]) -> Outcome? {
        switch program {
        case "mount": list(arguments).map { .answer(ShimAnswer(output: $0)) }
        case "umount": umount(arguments)
        case "showmount": showmount(arguments)
        default: nil
        }
    }

    private func list(_ arguments: [String]) -> String? {
        guard [[], ["-t", "nfs"], ["-t", "nfs4"], ["-t", "nfs,nfs4"]].contains(arguments) else {
            return nil
        }
        return mounts.filter { !$0.isDetached }.map { mount in
            "\(mount.server):\(mount.path) on \(mount.target) type nfs4 "
                + "(rw,relatime,vers=4.2,hard,proto=tcp)\n"
        }.joined()
    }

    private func umount(_ arguments: [String]) -> Outcome? {
        let options = arguments.filter { $0.hasPrefix("-") }
        let targets = arguments.filter { !$0.hasPrefix("-") }
        guard targets.count == 1,
            options.allSatisfy({ ["-f", "-l", "-fl", "-lf", "--force", "--lazy"].contains($0) })
        else { return nil }
        let isLazy = options.contains { $0.contains("l") }
        guard var mount = mounts.first(where: { $0.target == targets[0] && !$0.isDetached }) else {
            return .answer(ShimAnswer(exit: 32, error: "umount: \(targets[0]): not mounted.\n"))
        }
        if !isLazy {
            return exports(mount.server) == nil
                ? .hangs("umount.nfs4: \(mount.target): device is busy\n")
                : .answer(
                    ShimAnswer(exit: 32, error: "umount: \(mount.target): target is busy.\n"))
        }
        mount.isDetached = true
        return .changed(mount)
    }

    private func showmount(_ arguments: [String]) -> Outcome? {
        guard arguments.count == 2, ["-e", "--exports"].contains(arguments[0]) else { return nil }
        guard let exports = exports(arguments[1]) else {
            return .hangs("clnt_create: RPC: Port mapper failure - Timed out\n")
        }
        let list = exports.map { "\($0) *\n" }.joined()
        return .answer(ShimAnswer(output: "Export list for \(arguments[1]):\n\(list)"))
    }
}
