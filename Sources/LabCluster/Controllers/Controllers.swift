import JSON

/// The control plane's loops, in the order they run in one round.
enum Controllers {
    static func all(
        _ options: ClusterOptions, obstacles: [any PodObstacle] = []
    ) -> [any Controller] {
        let admission = Admission(tolerationSeconds: options.tolerationSeconds)
        var own: [any PodObstacle] = [AttachmentObstacle()]
        if let disks = options.disks { own.append(VolumeObstacle(disks: disks)) }
        if let images = options.images { own.append(ArchitectureObstacle(images: images)) }
        let balancer = options.hasServiceLB ? [LoadBalancer(admission: admission)] : []
        return [
            NodeLifecycle(grace: options.grace),
            NodeRanges(range: options.podRange),
            Heartbeats(),
            TaintEviction(),
            PodGarbage(),
            OwnerGarbage(),
            EventGarbage(),
            NamespaceEnd(),
            DeploymentController(),
            ReplicaSetController(admission: admission),
            StatefulSetController(admission: admission),
            DaemonSetController(admission: admission),
            JobController(admission: admission, backoff: options.kubeletDelay * 5),
            CronJobs(),
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
            MountWork(disks: options.disks),
            Kubelet(delay: options.kubeletDelay, obstacles: own + obstacles),
            ClusterAddresses(range: options.serviceRange, port: options.port),
            EndpointsController(servers: options.addresses, port: options.port),
        ] + balancer
    }
}

extension World {
    /// Whether the kubelet of `node` is at work.
    func isLive(_ node: String) -> Bool {
        agents[node]?.isConnected == true && object(.nodes, nil, node) != nil
    }
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
