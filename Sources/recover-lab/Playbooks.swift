import JSON
import LabHosts

/// The playbooks of an estate, for who works in its lab.
struct Playbooks {
    let description: LabDescription
    let paths: LabPaths
    let tools: Tools

    /// Writes them, and the program that runs them; nothing where `lab.yaml` has
    /// none.
    func write() throws(DiskError) {
        guard let playbooks = description.lab["playbooks"] else { return }
        try Disk.makeFolder("\(paths.root)/bin")
        try Disk.link("\(paths.root)/bin/ansible-playbook", to: tools.lab)
        try Disk.makeFolder("\(paths.home)/.ansible", mode: 0o700)
        try Disk.write("\(paths.home)/.ansible/lab-playbooks.json", playbooks.text + "\n")
    }
}
