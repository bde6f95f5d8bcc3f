/// `etcdctl`: the real one. All machines of the lab share one loopback address,
/// so this machine's own address stands in the place of `127.0.0.1`.
enum EtcdctlProgram {
    /// Runs `etcdctl ARGUMENTS`.
    static func run(_ arguments: [String]) -> Int32 {
        let isMeant = arguments.contains { $0.contains("127.0.0.1:2379") }
        // etcd is where its manifest says, also when the machine's address is another.
        let pod = Disk.text("/etc/kubernetes/manifests/etcd.yaml").flatMap(StaticPod.init)
        let told = (pod?.listening ?? []).map(\.address)
        let own = isMeant ? KubectlProgram.ownAddress(2379, or: told) : ""
        return GenuineProgram.become(
            "etcdctl", package: "etcd-client",
            arguments.map { $0.replacing("127.0.0.1:2379", with: "\(own):2379") })
    }
}
