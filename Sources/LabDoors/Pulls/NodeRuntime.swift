internal import LabCluster
internal import LabHosts

/// The container runtime of one machine, as its kubelet finds it.
struct NodeRuntime {
    /// The machine's files.
    let tree: String
    /// Where k3s keeps its data on it.
    var data = "/var/lib/rancher/k3s"
    let network: Network
    let trust: Trust

    /// Looks for the image and pulls it where the policy says so.
    func state(_ request: ImageRequest) -> ImageState {
        let store = ImageStore(data: tree + data)
        let here = store.image(request.image)
        switch request.policy {
        case .never where here == nil: return .failed("not present", waits: false)
        case .never, .ifNotPresent:
            if let here { return fit(here, request) }
        case .always: break
        }
        let pull = ImagePull(network: network, root: tree, data: data, trust: trust)
        switch pull.run(request.image, architecture: request.architecture) {
        case .failed(let error): return .failed(error, waits: false)
        case .pulled(let image, let content):
            do {
                if let manifest = content.manifest {
                    try store.put(image, manifest: manifest, content: content.blobs)
                } else {
                    try store.put(image)
                }
            } catch { return .failed("failed to store the image: \(error)", waits: false) }
            return fit(image, request)
        }
    }

    /// An index chooses by platform; one manifest runs into the kernel.
    private func fit(_ image: StoredImage, _ request: ImageRequest) -> ImageState {
        let isKnown = !request.architecture.isEmpty && request.architecture != "unknown"
        let fits =
            image.platforms.isEmpty || !isKnown
            || image.platforms.contains("linux/\(request.architecture)")
        return fits ? .ready : .wrongArchitecture
    }
}
