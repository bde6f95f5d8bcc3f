import JSON

/// The manifests k3s brings along, shortened to what the lab's world acts on.
enum PackagedManifests {
    static let names = ["coredns", "local-storage", "traefik"]

    /// The text of `NAME.yaml`; nil for a component the lab does not have.
    static func text(_ name: String, clusterDNS: String) -> String? {
        switch name {
        case "coredns": coredns(clusterDNS)
        case "local-storage": localStorage
        case "traefik": traefik
        default: nil
        }
    }

    private static let traefik = """
        # Written by k3s (simulated) at every start.
        apiVersion: helm.cattle.io/v1
        kind: HelmChart
        metadata: { name: traefik-crd, namespace: kube-system }
        spec:
          chart: https://%{KUBERNETES_API}%/static/charts/traefik-crd-37.1.1+up37.1.0.tgz
        ---
        apiVersion: helm.cattle.io/v1
        kind: HelmChart
        metadata: { name: traefik, namespace: kube-system }
        spec:
          chart: https://%{KUBERNETES_API}%/static/charts/traefik-37.1.1+up37.1.0.tgz
          valuesContent: |-
            deployment:
              podAnnotations:
                prometheus.io/port: "8082"
            priorityClassName: system-cluster-critical
            image:
              repository: rancher/mirrored-library-traefik
              tag: 3.5.1
            tolerations:
            - { key: CriticalAddonsOnly, operator: Exists }
            - { key: node-role.kubernetes.io/control-plane, operator: Exists, effect: NoSchedule }

        """

    private static let localStorage = """
        # Written by k3s (simulated) at every start.
        apiVersion: v1
        kind: ServiceAccount
        metadata: { name: local-path-provisioner-service-account, namespace: kube-system }
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata: { name: local-path-provisioner, namespace: kube-system }
        spec:
          replicas: 1
          selector: { matchLabels: { app: local-path-provisioner } }
          template:
            metadata: { labels: { app: local-path-provisioner } }
            spec:
              serviceAccountName: local-path-provisioner-service-account
              tolerations:
              - { key: CriticalAddonsOnly, operator: Exists }
              - { key: node-role.kubernetes.io/control-plane, operator: Exists, effect: NoSchedule }
              containers:
              - { name: local-path-provisioner, image: "rancher/local-path-provisioner:v0.0.31" }
        ---
        apiVersion: storage.k8s.io/v1
        kind: StorageClass
        metadata:
          name: local-path
          annotations: { storageclass.kubernetes.io/is-default-class: "true" }
        provisioner: rancher.io/local-path
        volumeBindingMode: WaitForFirstConsumer
        reclaimPolicy: Delete

        """

    private static let corefile = """
        .:53 {
            errors
            health
            ready
            kubernetes cluster.local in-addr.arpa ip6.arpa {
              pods insecure
              fallthrough in-addr.arpa ip6.arpa
            }
            hosts /etc/coredns/NodeHosts {
              ttl 60
              reload 15s
              fallthrough
            }
            prometheus :9153
            forward . /etc/resolv.conf
            cache 30
            loop
            reload
            loadbalance
            import /etc/coredns/custom/*.override
        }
        import /etc/coredns/custom/*.server

        """

    private static func coredns(_ clusterDNS: String) -> String {
        """
        # Written by k3s (simulated) at every start.
        apiVersion: v1
        kind: ServiceAccount
        metadata: { name: coredns, namespace: kube-system }
        ---
        apiVersion: v1
        kind: ConfigMap
        metadata: { name: coredns, namespace: kube-system }
        data: { Corefile: \(JSONValue.string(corefile).text) }
        ---
        apiVersion: apps/v1
        kind: Deployment
        metadata:
          name: coredns
          namespace: kube-system
          labels: { k8s-app: kube-dns, kubernetes.io/name: CoreDNS }
        spec:
          revisionHistoryLimit: 0
          selector: { matchLabels: { k8s-app: kube-dns } }
          template:
            metadata: { labels: { k8s-app: kube-dns } }
            spec:
              serviceAccountName: coredns
              tolerations:
              - { key: CriticalAddonsOnly, operator: Exists }
              - { key: node-role.kubernetes.io/control-plane, operator: Exists, effect: NoSchedule }
              containers:
              - name: coredns
                image: rancher/mirrored-coredns-coredns:1.12.3
                volumeMounts:
                - { name: config-volume, mountPath: /etc/coredns, readOnly: true }
              volumes:
              - { name: config-volume, configMap: { name: coredns } }
        ---
        apiVersion: v1
        kind: Service
        metadata:
          name: kube-dns
          namespace: kube-system
          labels: { k8s-app: kube-dns, kubernetes.io/cluster-service: "true", kubernetes.io/name: CoreDNS }
        spec:
          selector: { k8s-app: kube-dns }
          clusterIP: \(clusterDNS)
          ports:
          - { name: dns, port: 53, protocol: UDP }
          - { name: dns-tcp, port: 53, protocol: TCP }
          - { name: metrics, port: 9153, protocol: TCP }

        """
    }
}
