internal import JSON
internal import LabCluster
internal import LabHosts
import Synchronization

/// What each door says. Every answer is made from what the clusters say at
/// that moment.
extension Doors {
    func answering(_ plan: DoorPlan) -> [Network.Place: Network.Answering] {
        plan.uses.mapValues { use in
            switch use {
            case .names:
                .names { [zone] question in
                    question.kind == .pointer
                        ? zone.pointer(question.name) : zone.answer(question.name)
                }
            case .clusterNames(let cluster):
                .names { [weak self] question in
                    self?.clusterNames(question, cluster) ?? .none
                }
            case .upstream:
                .secure({ [weak self] in self?.upstreamCertificate($0) ?? .none }) {
                    [weak self] in self?.upstream($0)
                }
            case .registry(let cluster, let namespace, let service):
                .plain { [weak self] in self?.registry($0, cluster, namespace, service) }
            case .ingress(let cluster, _, let entryPoint) where entryPoint == "web":
                .plain { [weak self] in self?.ingress($0, cluster, entryPoint) }
            case .ingress(let cluster, _, let entryPoint):
                .secure({ [weak self] in self?.certificate($0, cluster) ?? .none }) {
                    [weak self] in self?.ingress($0, cluster, entryPoint)
                }
            }
        }
    }

    // MARK: names

    private func clusterNames(_ question: DNSMessage, _ cluster: String) -> DNSAnswer {
        guard let view = view(cluster) else { return .none }
        if let own = ClusterNames(view: view).answer(question.name, question.kind) { return own }
        return question.kind == .pointer
            ? zone.pointer(question.name) : zone.answer(question.name)
    }

    // MARK: public registries

    private func upstream(_ request: WebRequest) -> WebAnswer {
        let host = request.host == "registry-1.docker.io" ? "docker.io" : request.host
        return Registry(content: UpstreamRegistry(images: upstream, name: host)).answer(request)
    }

    private func upstreamCertificate(_ name: String?) -> ServerCertificate {
        let name = name ?? "registry.invalid"
        if let known = state.withLock({ $0.certificates[name] }) { return known }
        do {
            let made = try maker.certificate(for: [name], days: 90)
            state.withLock { $0.certificates[name] = made }
            return made
        } catch {
            Complaint.say("no certificate for \(name): \(error)")
            return maker.fallback
        }
    }

    // MARK: the estate's registry

    private func registry(
        _ request: WebRequest, _ cluster: String, _ namespace: String, _ name: String
    ) -> WebAnswer? {
        guard let view = view(cluster), let service = view.object(.services, namespace, name),
            let pod = view.readyPods(of: service).first(where: view.answers)
        else { return nil }
        let layout = OCILayout(root: folder(of: pod, view))
        return Registry(content: layout, layout: layout, needsLogin: needsLogin(pod, view))
            .answer(request)
    }

    /// The folder on the node that the pod keeps its images in.
    private func folder(of pod: JSONValue, _ view: ClusterView) -> String {
        let tree = surroundings.paths.tree(pod.nodeName)
        for volume in pod.at("spec", "volumes")?.array ?? [] {
            if let path = volume.at("hostPath", "path")?.string { return tree + path }
            guard let claim = volume.at("persistentVolumeClaim", "claimName")?.string,
                let name = view.object(.persistentVolumeClaims, pod.namespace, claim)?
                    .at("spec", "volumeName")?.string,
                let spec = view.object(.persistentVolumes, "", name)?["spec"]
            else { continue }
            let path = spec.at("hostPath", "path")?.string ?? spec.at("local", "path")?.string
            if let path { return tree + path }
        }
        return "\(tree)/var/lib/kubelet/pods/\(pod.at("metadata", "uid")?.string ?? "")/registry"
    }

    /// Whether the `config.json` among its ConfigMaps asks for a login.
    private func needsLogin(_ pod: JSONValue, _ view: ClusterView) -> Bool {
        (pod.at("spec", "volumes")?.array ?? []).contains { volume in
            let name = volume.at("configMap", "name")?.string ?? ""
            let text = view.object(.configMaps, pod.namespace, name)?.at("data", "config.json")
            let config = text?.string.flatMap { try? JSONValue(parsing: $0) }
            return config?.at("http", "auth") != nil
        }
    }

    /// Once in a lab's life the estate's registry gets the images `images.zot`
    /// of `lab.yaml` names: what a mirror job once pushed.
    func stock(_ view: ClusterView) {
        let names = (surroundings.lab.at("images", "zot")?.array ?? []).compactMap(\.string)
        let mark = "\(surroundings.paths.outside)/stocked"
        let pod = view.all(.pods).first { $0.isRegistry && $0.isReadyPod }
        guard let pod, !names.isEmpty, !Disk.exists(mark) else { return }
        let layout = OCILayout(root: folder(of: pod, view))
        do {
            for name in names.compactMap(ImageReference.init) {
                let image = SimulatedImage(
                    name.description, platforms: ["linux/amd64", "linux/arm64"])
                try layout.put(image, name)
            }
            try Disk.write(mark, names.joined(separator: "\n") + "\n")
        } catch { Complaint.say("the registry cannot be stocked: \(error)") }
    }

    // MARK: ingress

    private func ingress(
        _ request: WebRequest, _ cluster: String, _ entryPoint: String
    ) -> WebAnswer? {
        guard let ingress = state.withLock({ $0.ingresses[cluster] }) else { return nil }
        switch ingress.way(request, entryPoint: entryPoint) {
        case .answer(let answer): return answer
        case .service(let service):
            if ingress.view.readyPods(of: service).contains(where: \.isRegistry) {
                let answer =
                    cut.contains(.registry)
                    ? nil : registry(request, cluster, service.namespace, service.name)
                return answer ?? .text("Bad Gateway", status: 502)
            }
            return .text(
                "Simulated by recover-lab: the service \(service.namespace)/\(service.name).")
        }
    }

    private func certificate(_ name: String?, _ cluster: String) -> ServerCertificate {
        state.withLock { $0.ingresses[cluster] }?.certificate(for: name) ?? maker.fallback
    }
}

extension ServerCertificate {
    /// Nothing a client could accept.
    fileprivate static let none = ServerCertificate(chain: [], key: [])
}
