import JSON
import LabCluster
import LabHosts

extension Clusters {
    /// The add-ons `addons` of `lab.yaml` gives the cluster of a server: the
    /// packaged components its k3s writes at every start.
    func addons(_ host: HostDeclaration, data: String) -> AddonOptions? {
        guard let packaged = description.lab.at("addons", host.cluster)?.array else { return nil }
        let tree = paths.tree(host.name)
        return AddonOptions(
            folder: "\(data)/manifests", packaged: packaged.compactMap(\.string)
        ) { K3sDisabled.components(root: tree) }
    }
}
