internal import Glibc
import JSON

/// A machine's kubelet and the static pods it finds.
extension Host {
    /// A kubelet tells again and again which static pods it has. Those may be
    /// what it needs itself, so it joins when it can.
    func kubelet(_ first: JSONValue, _ connection: LineSocket) {
        var joined: AgentJoin?
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
            let refusal =
                joined == nil
                ? self.join(join) : machineState.isCut ? nil : events.refusal(join)
            if let refusal {
                answer["refused"] = .string(refusal)
                if let joined { leave(joined) }
                joined = nil
            } else if joined == nil {
                enter(join)
                joined = join
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

    private func enter(_ agent: AgentJoin) {
        change { $0.joined(declared) }
        began(agent)
    }

    private func leave(_ agent: AgentJoin) {
        _ = containers // as they are now, they go on
        ended(agent)
        events.gone(name, agent.nodeName)
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
