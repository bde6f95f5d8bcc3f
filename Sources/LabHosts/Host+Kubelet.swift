internal import Glibc
import JSON

/// A machine's kubelet and the static pods it finds.
extension Host {
    /// A kubelet tells again and again which static pods it has. Those may be
    /// what it needs itself, so it joins when it can.
    func kubelet(_ first: JSONValue, _ connection: LineSocket) {
        var joined: String?
        var next: JSONValue? = first
        while let report = next {
            let found = (report["manifests"]?.object ?? [:]).compactMapValues(\.string)
            let isNew = change { state in
                defer { state.staticPods = found }
                return state.staticPods != found
            }
            if isNew { run(staticPods: found) }
            let join = AgentJoin(report, host: declaration)
            var answer: JSONValue = [:]
            // Its next question finds a server that does not take it any more.
            if let refusal = joined == nil ? events.join(join) : events.refusal(join) {
                answer["refused"] = .string(refusal)
                if let node = joined { leave(node) }
                joined = nil
            } else {
                if joined == nil { enter() }
                joined = join.nodeName
            }
            if report["rotate"]?.bool == true, joined != nil {
                answer["certificate"] = events.kubeletCertificate(join).map(JSONValue.string)
            }
            guard connection.send(answer) else { break }
            next = connection.receive()
        }
        if let joined { leave(joined) }
    }

    /// A command of kubeadm the cluster answers; a test can hold it.
    func kubeadm(_ question: JSONValue, _ connection: LineSocket) {
        var answer: JSONValue = [:]
        let isAnswered = events.pass("/\(declaration.name)/kubeadm", { connection.isGone }) {
            answer = events.kubeadm(declaration.name, question)
        }
        guard isAnswered else { return }
        connection.send(answer.object == [:] ? ShimAnswer.unknown("kubeadm", []).json : answer)
    }

    private func enter() {
        change { $0.joined(declaration) }
        count(agents: 1)
    }

    private func leave(_ node: String) {
        _ = containers // as they are now, they go on
        count(agents: -1)
        events.gone(name, node)
    }

    /// Lets the container runtime and the world run these static pods.
    func run(staticPods found: [String: String]) {
        staticPods.follow(StaticPod.all(found))
        events.staticPods(name, found)
        haveImages(of: Kubelet.containers(found, host: name))
    }

    /// Ends the containers of static pods, as `kubeadm reset` does.
    func endStaticPods() {
        change { $0.staticPods = [:] }
        run(staticPods: [:])
    }
}
