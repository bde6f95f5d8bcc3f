import LabCluster
import LabHosts
import Synchronization
import Testing

@testable import LabDoors

/// Which answers of a mirror end a pull, and which send it to the next one.
@Suite struct PullTests {
    /// A mirror that only counts who asks.
    final class Mirror: Sendable {
        private let made = Mutex(0)
        private let status: Int
        init(_ status: Int) { self.status = status }
        var count: Int { made.withLock { $0 } }
        func answer(_ request: WebRequest) -> WebAnswer {
            made.withLock { $0 += 1 }
            return WebAnswer(status: status)
        }
    }

    @Test(arguments: [302, 307, 404, 429, 500, 503])
    func `a redirect that is left over ends the pull, an error does not`(status: Int) throws {
        let estate = try Estate()
        let root = estate.paths.tree("m")
        let (first, second) = (Mirror(status), Mirror(500))
        let network = Network(opensSockets: false)
        network.arrange([
            .init(address: "192.0.2.1", port: 5000): .plain { first.answer($0) },
            .init(address: "192.0.2.2", port: 5000): .plain { second.answer($0) },
        ])
        try Disk.makeFolder("\(root)/etc/rancher/k3s")
        try Disk.write(
            "\(root)/etc/rancher/k3s/registries.yaml",
            "mirrors:\n  r.example:\n    endpoint:\n"
                + "      - http://192.0.2.1:5000\n      - http://192.0.2.2:5000\n")
        let data = "/var/lib/rancher/k3s"
        try RegistryMirrors.render(root: root, data: data, fallsBack: true)
        let pull = ImagePull(network: network, root: root, data: data, trust: estate.doors.trust)
        guard case .failed(let words) = pull.run("r.example/a:1", architecture: "arm64") else {
            Issue.record("it was pulled")
            return
        }
        let ends = status < 400
        #expect(first.count == 1 && second.count == (ends ? 0 : 1))
        let log = Disk.text("\(root)\(data)/agent/containerd/containerd.log") ?? ""
        #expect(log.contains("trying next host") != ends)
        #expect(!ends || words.contains("unexpected status from HEAD request to http://192.0.2.1"))
    }
}
