internal import Effects
internal import Estates
internal import Glibc
internal import RecoveryEngine
internal import YAML

/// An estate as it is declared, with what a binding knows of its clusters; no
/// lab fills anything in.
struct DeclaredEstate {
    let estate: Estate
    let binding: Binding?

    /// Cluster to UID.
    var identities: [String: String] { (binding?.clusters ?? [:]).mapValues(\.uid) }

    init(_ name: String, _ site: Site) throws(Diagnostics) {
        estate = try Estate(reading: "\(site.library)/snapshots/\(name)/estate.yaml")
        let path = "\(site.bindings)/\(name).yaml"
        binding = access(path, F_OK) == 0 ? try Binding(reading: path) : nil
    }

    /// The one estate a line is about: behind the verb, with `--estate`, or the
    /// only one there is.
    static func name(_ invocation: Invocation, _ site: Site) throws(Refusal) -> String {
        let names = try names(invocation, site)
        guard names.count == 1, let name = names.first else {
            throw Refusal(
                .usage, "which estate? Type its name behind: \(names.joined(separator: ", "))")
        }
        return name
    }

    /// The estate a line is about; all where it names none.
    static func names(_ invocation: Invocation, _ site: Site) throws(Refusal) -> [String] {
        let all = Folders.names(in: site.library + "/snapshots").filter {
            access("\(site.library)/snapshots/\($0)/estate.yaml", F_OK) == 0
        }.sorted()
        guard let name = invocation.words.dropFirst(2).first ?? invocation["estate"] else {
            if all.isEmpty {
                throw Refusal(.usage, "there is no estate in \(site.library)/snapshots")
            }
            return all
        }
        guard all.contains(name) else {
            throw Refusal(
                .usage, "there is no estate '\(name)'\(NearestName.hint(name, among: all))")
        }
        return [name]
    }
}
