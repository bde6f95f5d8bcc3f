internal import JSON

/// What Git itself says about the suspension of Flux's objects. A suspension
/// made in the cluster only lasts where Git says nothing.
extension Inventory {
    /// Kustomizations and releases that Git suspends.
    var suspendedByGit: [DesiredObject] {
        wanted.filter { object in
            ["Kustomization", "HelmRelease"].contains(object.name.kind)
                && object.name.group.hasSuffix(".toolkit.fluxcd.io")
                && object.manifest.at("spec", "suspend") == true
        }
    }

    /// Kustomizations, as bringers are called, whom the one who brings them lets go
    /// when it goes on itself. The root goes on last, so those it brings are not
    /// among them.
    var letGoByGit: Set<String> {
        let nested = wanted.filter { object in
            object.name.kind == "Kustomization"
                && object.name.group == "kustomize.toolkit.fluxcd.io"
                && object.manifest.at("spec", "suspend") == false
                && !object.bringers.contains(Self.source)
        }
        return Set(nested.map { "Kustomization \($0.name.namespace)/\($0.name.name)" })
    }
}
