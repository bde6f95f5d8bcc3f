import JSON

/// A file server that is away, or back as another one, as the pods on a node
/// notice it.
struct FileServerObstacle: PodObstacle {
    let servers: any FileServers

    func hold(_ pod: JSONValue, on node: String, in world: World, now: Moment) -> PodHold? {
        let mounts = servers.mounts(on: node)
        if mounts.contains(where: \.isStuck) {
            return PodHold(reason: "ContainerCreating", message: "")
        }
        for export in FileExport.all(of: pod, in: world) {
            let state = servers.state(of: export.server)
            let own = export.mount(of: pod, generation: state.generation)
            guard state.isUp else { return wait(export, unanswered(export, own)) }
            guard mounts.contains(own) else {
                return PodHold(reason: "ContainerCreating", message: "")
            }
            // The kernel shares what it knows of a file system between its mounts.
            let isShared = mounts.contains { other in
                other.server == export.server && other.path == export.path && !other.isDetached
                    && other.generation != state.generation
            }
            if isShared, pod.at("spec", "securityContext", "fsGroup") != nil {
                return wait(
                    export,
                    "applyFSGroup failed for vol \(export.volume): lstat \(own.target): "
                        + "stale NFS file handle")
            }
        }
        return nil
    }

    /// Only a probe that looks notices it; what comes to an end by itself fails
    /// on a stale handle.
    func interruption(of pod: JSONValue, on node: String, in world: World, now: Moment) -> PodHold?
    {
        let exports = FileExport.all(of: pod, in: world)
        let troubles = exports.compactMap { FileTrouble($0, of: pod, on: node, servers) }
        guard let trouble = troubles.first else { return nil }
        var hold = PodHold(reason: "Unhealthy", message: trouble.message)
        if case .stale = trouble, PodState.isFinite(pod) { hold.exitCode = 1 }
        return hold.exitCode != nil || Self.isProbed(pod) ? hold : nil
    }

    /// A pod cannot be ended while its mount hangs, nor by a kubelet that does.
    func keeps(_ pod: JSONValue, on node: String, in world: World) -> Bool {
        let mounts = servers.mounts(on: node)
        return mounts.contains(where: \.isStuck)
            || mounts.contains { mount in
                mount.pod == pod.uid && !mount.isDetached && !servers.state(of: mount.server).isUp
            }
    }

    private static func isProbed(_ pod: JSONValue) -> Bool {
        (pod.at("spec", "containers")?.array ?? []).contains { container in
            container["readinessProbe"] != nil || container["livenessProbe"] != nil
        }
    }

    private func unanswered(_ export: FileExport, _ mount: FileMount) -> String {
        let source = "\(export.server):\(export.path)"
        let output = "Output: mount.nfs: Connection timed out for \(source) on \(mount.target)"
        return export.isCSI
            ? "rpc error: code = Internal desc = mount failed: exit status 32. \(output)"
            : "mount failed: exit status 32. Mounting command: mount. Mounting arguments: -t nfs "
                + "\(source) \(mount.target). \(output)"
    }

    private func wait(_ export: FileExport, _ words: String) -> PodHold {
        PodHold(
            reason: "ContainerCreating",
            message: "MountVolume.SetUp failed for volume \"\(export.volume)\" : \(words)",
            event: "FailedMount")
    }
}
