internal import Effects
internal import Estates
internal import Glibc
internal import JSON
internal import RecoveryEngine
internal import YAML

/// The estate a command is about, and its binding.
struct EstateChoice {
    let estate: Estate
    let binding: Binding?
    /// Facts a lab invented, by path.
    let invented: [String]

    /// The estate named by `--estate`, else the only one that is bound, else
    /// the only one there is.
    init(_ site: Site, _ name: String?) throws(Refusal) {
        let all = Self.names(site.library + "/snapshots", suffix: "")
        let bound = Self.names(site.bindings, suffix: ".yaml").filter(all.contains)
        guard let name = name ?? (bound.count == 1 ? bound[0] : all.count == 1 ? all[0] : nil)
        else {
            throw Refusal(
                .usage, "which estate? Type: --estate with one of: \(all.joined(separator: ", "))")
        }
        guard all.contains(name) else {
            throw Refusal(
                .usage, "there is no estate '\(name)'\(NearestName.hint(name, among: all))")
        }
        let folder = "\(site.library)/snapshots/\(name)"
        do throws(Diagnostics) {
            let estate = try Estate(reading: "\(folder)/estate.yaml")
            let path = "\(site.bindings)/\(name).yaml"
            binding = access(path, F_OK) == 0 ? try Binding(reading: path) : nil
            guard binding?.lab != nil else {
                self.estate = estate
                invented = []
                return
            }
            // Inventions fill unknowns only where nothing is real.
            let (lab, _) = try Document.read("\(folder)/lab.yaml")
            var inventions = lab["invented"]?.json ?? [:]
            // A lab has one repository, and only it knows where that is.
            if let url = binding?.sources.values.first?.url {
                inventions = inventions.replacing("lab:repository", with: url)
            }
            (self.estate, invented) = estate.filled(from: inventions)
        } catch {
            throw Refusal(error)
        }
    }

    /// The binding; a command that touches the estate cannot do without.
    func bound(_ site: Site) throws(Refusal) -> Binding {
        if let binding { return binding }
        throw Refusal(
            .notReady,
            "nothing ties \(estate.name) to reality yet: there is no \(site.bindings)/\(estate.name).yaml\n"
                + "To see it work in a simulated estate, type: "
                + "recover drill node-loss --estate \(estate.name)"
        )
    }

    /// Folders with an estate, or files with `suffix`.
    private static func names(_ folder: String, suffix: String) -> [String] {
        Folders.names(in: folder).filter { name in
            suffix.isEmpty
                ? access("\(folder)/\(name)/estate.yaml", F_OK) == 0 : name.hasSuffix(suffix)
        }.map { String($0.dropLast(suffix.count)) }.sorted()
    }
}

extension Refusal {
    /// All mistakes of a document.
    init(_ diagnostics: Diagnostics) {
        self.init(.refusedInput, diagnostics.list.map(\.description).joined(separator: "\n"))
    }

    /// Why there is no plan.
    init(_ error: PlanError) {
        switch error {
        case .input(let list): self.init(Diagnostics(list))
        case .usage(let list): self.init(.usage, list.joined(separator: "\n"))
        case .estate(let list): self.init(.notReady, list.joined(separator: "\n"))
        }
    }
}
