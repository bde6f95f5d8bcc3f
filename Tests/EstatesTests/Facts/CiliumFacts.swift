/// What is known of the k3s cluster with Cilium and Flux.
enum CiliumFacts {
    static let estate = "flux-cilium"
    /// A path and, behind `=`, the fact there.
    static let table = """
        clusters flux-cilium version = v1.33.3
        clusters flux-cilium distribution = k3s
        clusters flux-cilium datastore = sqlite
        clusters flux-cilium cni = cilium
        clusters flux-cilium cni-mode = eBPF
        clusters flux-cilium load-balancer-pool = 192.168.x.240/28
        clusters flux-cilium load-balancer-announced-by = BGP
        clusters flux-cilium pod-cidr = 10.42.0.0/16
        clusters flux-cilium service-cidr = 10.43.0.0/16
        clusters flux-cilium node-networks = name unknown range 192.168.x
        clusters flux-cilium storage-classes = local-path, nfs-csi
        clusters flux-cilium ingress controller = cilium
        clusters flux-cilium gitops engine = flux
        clusters flux-cilium gitops controllers = source-controller, kustomize-controller, \
        helm-controller, notification-controller
        clusters flux-cilium secrets engine = external-secrets
        clusters flux-cilium registry = unknown
        clusters flux-cilium certificates = cert-manager
        clusters flux-cilium policy = NetworkPolicies
        clusters flux-cilium identity = authentik
        clusters flux-cilium dns = CoreDNS, External DNS and AdGuard
        clusters flux-cilium node-labels = unknown
        nodes master role = server
        nodes master version = v1.33.3
        nodes worker-1 role = worker
        nodes worker-1 version = v1.33.3
        nodes worker-2 role = worker
        dependencies nfs-server kind = storage
        dependencies bgp-router kind = network
        dependencies secret-backend kind = secrets
        dependencies git-host kind = git
        dependencies dns-provider kind = dns
        dependencies acme kind = certificates
        single-points-of-failure master what = SQLite and the API
        single-points-of-failure nfs-server what = the NFS server
        single-points-of-failure secret-zero what = secret zero
        single-points-of-failure adguard if = the nodes ask it
        circularities network members = flux, cilium
        """
}
