extension Host {
    /// The containers it holds. While its agent runs they are the cluster's;
    /// when k3s stops, here or on the last server, they go on as they are.
    public var containers: [PodContainer] {
        if isOn, !agents.isEmpty, !machineState.isCut, let now = events.containers(name) {
            let before = machineState.containers
            if now != before { change { $0.containers = now } }
            haveImages(of: now.filter { !before.contains($0) })
        }
        let state = machineState
        return state.containers + Kubelet.containers(state.staticPods, host: name)
    }

    /// What begins to run was pulled before.
    func haveImages(of started: [PodContainer]) {
        let store = ContentStore(root: tree)
        for container in started {
            do { try store.add(container.image, architecture: declared.architecture) } catch {
                Complaint.say("\(name): \(error)")
            }
        }
    }
}
