/// The archives a node keeps in `agent/images`: what is in them is there before any
/// pod starts, whatever the registries say.
enum AgentImages {
    /// Imports them as each start of k3s does; `data` is its data folder.
    static func load(data: String) {
        let folder = "\(data)/agent/images"
        for name in Disk.names(folder).sorted() where isArchive(name) {
            let path = "\(folder)/\(name)"
            do {
                guard name.hasSuffix(".tar") else {
                    throw LabFailure("not simulated: only .tar is read")
                }
                _ = try ContentStore(root: "").importArchive(path)
                K3sLog.say("info", "Imported images from \(path)")
            } catch {
                K3sLog.say("error", "Error encountered while importing \(path): \(error)")
            }
        }
    }

    private static func isArchive(_ name: String) -> Bool {
        [".tar", ".tgz", ".tzst", ".tbz", ".tar.gz", ".tar.zst", ".tar.lz4", ".tar.bz2"]
            .contains(where: name.hasSuffix)
    }
}
