import JSON

/// The control plane's loops, in the order they run in one round.
enum Controllers {
    static func all(
        _ options: ClusterOptions, addons: AddonFolder? = nil,
        obstacles: [any PodObstacle] = []
    ) -> [any Controller] {
        let admission = Admission(tolerationSeconds: options.tolerationSeconds)
        var own: [any PodObstacle] = [AttachmentObstacle()]
        if let disks = options.disks { own.append(VolumeObstacle(disks: disks)) }
        if let servers = options.fileServers { own.append(FileServerObstacle(servers: servers)) }
        if let runtimes = options.runtimes { own.append(ImageObstacle(images: runtimes)) }
        if let images = options.images { own.append(ArchitectureObstacle(images: images)) }
        own.append(HelmObstacle())
        var added: [any Controller] =
            options.hasServiceLB ? [LoadBalancer(admission: admission)] : []
        if let addons {
            added += [AddonController(folder: addons), HelmController(), NodeHosts()]
        }
        return [
            NodeLifecycle(grace: options.grace),
            NodeRanges(range: options.podRange),
            Heartbeats(),
            TaintEviction(),
            PodGarbage(),
            OwnerGarbage(),
            EventGarbage(),
            NamespaceEnd(),
            DefinitionEnd(),
            DeploymentController(),
            ReplicaSetController(admission: admission),
            StatefulSetController(admission: admission),
            DaemonSetController(admission: admission),
            JobController(admission: admission, backoff: options.kubeletDelay * 5),
            CronJobController(admission: admission, minute: options.cronMinute),
            AnnouncedAddresses(),
            VirtualAddressLease(),
            QuotaStatus(),
            DisruptionBudgets(),
            Scheduler(),
            Volumes(),
            LocalPath(disks: options.disks),
            VolumeAttachments(),
            LonghornNodes(disks: options.disks),
            LonghornInstances(admission: admission),
            LonghornProvisioner(),
            LonghornVolumes(disks: options.disks, pace: options.kubeletDelay * 5),
            LonghornBackups(disks: options.disks),
            FileMountWork(servers: options.fileServers),
            MountWork(disks: options.disks, servers: options.fileServers),
            MirrorPods(),
            Kubelet(
                delay: options.kubeletDelay,
                obstacles: own + obstacles + [SealingKeyObstacle(), CorefileObstacle()]),
            ClusterAddresses(range: options.serviceRange, port: options.port),
            EndpointsController(servers: options.addresses, port: options.port),
            ImageEvents(),
        ] + added
    }
}

extension World {
    /// Whether the kubelet of `node` is at work.
    func isLive(_ node: String) -> Bool {
        agents[node]?.isConnected == true && object(.nodes, nil, node) != nil
    }

    /// Whether it also does what the API says.
    func isLed(_ node: String) -> Bool { isLive(node) && agents[node]?.isDeaf == false }
}

extension JSONValue {
    /// The node a pod is bound to.
    var nodeName: String? {
        let name = at("spec", "nodeName")?.string ?? ""
        return name.isEmpty ? nil : name
    }

    var phase: String { at("status", "phase")?.string ?? "" }
    var isReady: Bool { condition("Ready")?["status"]?.string == "True" }
    /// Neither ended nor ending: what a workload counts.
    var isActivePod: Bool { !isTerminating && phase != "Succeeded" && phase != "Failed" }
}
