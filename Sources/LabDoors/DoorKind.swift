/// The doors, as faults name them.
public enum DoorKind: String, Hashable, Sendable, CaseIterable {
    /// The estate's own registry, Zot.
    case registry
    /// Traefik, or Cilium's ingress.
    case ingress
    /// CoreDNS.
    case clusterNames = "cluster-dns"
    /// The name server of the world outside.
    case names = "dns"
    /// The public registries.
    case upstream
}
