import Glibc
import LabHosts
import YAML

/// Where runbooks and snapshots lie.
struct Library {
    /// The folder that holds `runbooks` and `snapshots`.
    let root: String

    /// The folder `--library` or RECOVER_LIBRARY names; else the nearest one
    /// above the working directory or above this program that has `snapshots`.
    static func find(_ option: String?) throws(InputError) -> Library {
        if let named = option ?? Tools.environment("RECOVER_LIBRARY") {
            guard let root = Disk.resolved(named), Disk.exists("\(root)/snapshots") else {
                throw InputError("\(named) has no folder snapshots")
            }
            return Library(root: root)
        }
        for start in [".", "/proc/self/exe"] {
            var folder = Disk.resolved(start) ?? ""
            while !folder.isEmpty {
                if Disk.exists("\(folder)/snapshots") { return Library(root: folder) }
                folder = folder.lastIndex(of: "/").map { String(folder[..<$0]) } ?? ""
            }
        }
        throw InputError("no folder with snapshots was found; name it with --library")
    }

    /// The estate `option` names; else the only one a lab can be made from, or
    /// that drills `runbook`.
    func estate(_ option: String?, drilling runbook: String? = nil) throws(InputError) -> String {
        if let option { return option }
        let estates = simulated(drilling: runbook)
        guard !estates.isEmpty else {
            throw InputError(
                "no estate drills \(runbook ?? "anything"); a lab.yaml says which runbooks it does")
        }
        guard estates.count == 1 else {
            throw InputError(
                "which estate? Give --estate, one of: \(estates.joined(separator: ", "))")
        }
        return estates[0]
    }

    /// Names of the estates whose lab.yaml says what their world is made of;
    /// with a runbook, those that drill it.
    func simulated(drilling runbook: String? = nil) -> [String] {
        Disk.names("\(root)/snapshots").filter { name in
            let lab = try? YAMLParser.parse(SourceFile.read(path: snapshot(name, "lab.yaml")))
            guard let lab, lab["world"] != nil else { return false }
            return runbook.map { lab["drills"]?[$0] != nil } ?? true
        }
    }

    /// `snapshots/ESTATE/NAME`.
    func snapshot(_ estate: String, _ name: String) -> String {
        "\(root)/snapshots/\(estate)/\(name)"
    }
}
