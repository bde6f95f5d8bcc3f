import JSON

/// What kubelets do with mounts of file servers: they mount before a pod
/// starts, and unmount behind one that is gone.
///
/// A hard mount of a server that is down can be taken off by nobody: a kubelet
/// that tries, because its pod was forced away, hangs in it and does nothing
/// for any pod until it is started again.
struct FileMountWork: Controller {
    let servers: (any FileServers)?

    /// One change of a node's mount table.
    enum Step: Hashable {
        case mount(FileMount, on: String)
        case unmount(FileMount, on: String)
    }

    func prepare() { servers?.refresh() }

    func reconcile(_ world: World, now: Moment) -> [Write] {
        guard let servers else { return [] }
        for step in steps(world) {
            switch step {
            case .mount(let mount, let node): servers.mount(mount, on: node)
            case .unmount(let mount, let node): servers.unmount(mount, on: node)
            }
        }
        return complaints(world, servers, now)
    }

    func steps(_ world: World) -> [Step] {
        guard let servers else { return [] }
        let pods = Dictionary(grouping: world.all(.pods)) { $0.nodeName ?? "" }
        return world.all(.nodes).map(\.name).filter(world.isLed).flatMap { node -> [Step] in
            let here = pods[node] ?? []
            let mounts = servers.mounts(on: node)
            let isStuck = mounts.contains(where: \.isStuck)
            return left(mounts, here, servers).map { $0(node) }
                + (isStuck ? [] : wanted(here, mounts, world, servers).map { .mount($0, on: node) })
        }
    }

    /// Mounts whose pod is over.
    private func left(
        _ mounts: [FileMount], _ pods: [JSONValue], _ servers: any FileServers
    ) -> [(String) -> Step] {
        mounts.compactMap { mount in
            let pod = pods.first { $0.uid == mount.pod }
            guard pod?.isUnfinished != true, !mount.isStuck else { return nil }
            if mount.isDetached || servers.state(of: mount.server).isUp {
                return { .unmount(mount, on: $0) }
            }
            // Of a pod that ended and still is there the kubelet waits in peace.
            guard pod == nil else { return nil }
            var stuck = mount
            stuck.isStuck = true
            return { .mount(stuck, on: $0) }
        }
    }

    /// Mounts of pods that are about to start; a stale one is made anew.
    private func wanted(
        _ pods: [JSONValue], _ mounts: [FileMount], _ world: World, _ servers: any FileServers
    ) -> [FileMount] {
        pods.filter { $0.phase == "Pending" && !$0.isTerminating }.flatMap { pod in
            FileExport.all(of: pod, in: world).compactMap { export -> FileMount? in
                let state = servers.state(of: export.server)
                let mount = export.mount(of: pod, generation: state.generation)
                guard state.isUp, !mounts.contains(mount) else { return nil }
                return mount
            }
        }
    }

    /// What an application would say that has a mount without a server: Ready
    /// tells nothing of it where no probe looks.
    private func complaints(
        _ world: World, _ servers: any FileServers, _ now: Moment
    ) -> [Write] {
        world.all(.pods).flatMap { pod -> [Write] in
            guard let node = pod.nodeName, pod.phase == "Running", world.isLed(node) else {
                return []
            }
            return FileExport.all(of: pod, in: world).compactMap { export in
                guard let trouble = FileTrouble(export, of: pod, on: node, servers) else {
                    return nil
                }
                return EventRecord.write(
                    trouble.reason, "simulated: \(trouble.message)", about: pod,
                    from: "recover-lab", in: world, now: now)
            }
        }
    }
}
