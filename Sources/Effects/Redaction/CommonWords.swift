/// Words too ordinary to be masked: they stand in outputs that hold no secret.
enum CommonWords {
    /// Whether `bytes`, whatever their case, are such a word, or one character
    /// or a few repeated.
    static func contains(_ bytes: [UInt8]) -> Bool {
        let lower = bytes.map { (0x41...0x5A).contains($0) ? $0 + 32 : $0 }
        return Set(lower).count < 4 || words.contains(lower)
    }

    private static let words: Set<[UInt8]> = Set(
        text.split(whereSeparator: \.isWhitespace).map { Array($0.utf8) })

    private static let text = """
        password passw0rd password1 password123 passphrase changeme changeit letmein123 12345678
        123456789 1234567890 abcdefgh abcd1234 qwertyui qwerty123 iloveyou sunshine princess
        football baseball superman administrator admin123 username database postgres postgresql
        mysql123 security firewall hostname localhost localhost.localdomain 127.0.0.1 internal
        external default1 standard disabled enabled1 required optional undefined
        production development staging1 testing1 kubernetes kube-system kube-public kube-node-lease
        kube-apiserver kubelet1 kubectl1 kubeconfig cluster1 cluster.local namespace namespaces
        deployment deployments daemonset statefulset replicaset configmap configmaps secret12
        serviceaccount ingress1 container containers registry endpoint endpoints apiversion
        metadata resources resource spec.data status12 running1 completed succeeded terminated
        terminating condition conditions controller controllers control-plane node-role
        application/json text/plain kubernetes.io/tls kubernetes.io/dockerconfigjson
        kubernetes.io/service-account-token system:masters system:admin bootstrap
        authorization authentication certificate certificates privatekey public-key
        something anything everything nothing1 whatever unknown1 restored recovered recovery
        snapshot snapshots backup12 backups1 argo-cd1 argocd-server flux-system sealed-secrets
        """
}
