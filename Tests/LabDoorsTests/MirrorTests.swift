import LabCluster
import LabHosts
import Synchronization
import Testing

@testable import LabDoors

/// A pull through two mirrors of which the second is right: what the first may do wrong.
@Suite struct MirrorTests {
    /// How the first mirror answers, given the right answer.
    struct Fault: Sendable, CustomTestStringConvertible {
        let testDescription: String
        /// Words of the error; nil: it is pulled.
        let error: String?
        /// Whether the second mirror is asked.
        let goesOn: Bool
        let change: @Sendable (WebRequest, inout WebAnswer) -> Void
    }

    static let faults = [
        Fault(testDescription: "no digest in the head", error: nil, goesOn: false) {
            if $0.method == "HEAD" { $1.headers["Docker-Content-Digest"] = nil }
        },
        Fault(
            testDescription: "no digest in the head, and no manifest",
            error: "unexpected status from GET request to http://10.1.1.1:5000", goesOn: false
        ) {
            $1.headers["Docker-Content-Digest"] = nil
            if $0.method == "GET" { $1.status = 500 }
        },
        Fault(testDescription: "a digest in the head, and no manifest", error: nil, goesOn: true) {
            if $0.method == "GET" { $1.status = 500 }
        },
        Fault(
            testDescription: "half a layer", error: "unexpected commit digest", goesOn: false
        ) {
            if $0.path.contains("/blobs/") { $1.body = Array($1.body.dropLast()) }
        },
        Fault(
            testDescription: "half a manifest", error: "failed commit on ref \"manifest-",
            goesOn: false
        ) {
            if $0.path.contains("/manifests/") { $1.body = Array($1.body.dropLast()) }
        },
        Fault(
            testDescription: "a redirect without a place", error: "HEAD request", goesOn: false
        ) { $1.status = 304 },
        Fault(testDescription: "a redirect", error: nil, goesOn: false) {
            $1.status = 307
            $1.headers["Location"] = "http://10.1.1.3:5000\($0.path)"
        },
        Fault(testDescription: "a redirect to itself", error: nil, goesOn: true) {
            $1.status = 302
            $1.headers["Location"] = $0.path
        },
    ]

    @Test(arguments: faults) func `the first of two mirrors is wrong`(fault: Fault) throws {
        let estate = try Estate()
        let layout = OCILayout(root: "\(estate.paths.root)/mirror")
        let image = SimulatedImage("team/app:1", platforms: ["linux/amd64", "linux/arm64"])
        try layout.put(image, #require(ImageReference("registry.invalid/team/app:1")))
        let registry = Registry(content: layout, layout: layout)
        let asked = Asked()
        let network = Network(opensSockets: false)
        network.arrange([
            Network.Place(address: "10.1.1.1", port: 5000): .plain { request in
                var answer = registry.answer(request)
                fault.change(request, &answer)
                return answer
            },
            Network.Place(address: "10.1.1.3", port: 5000): .plain { registry.answer($0) },
            Network.Place(address: "10.1.1.2", port: 5000): .plain { request in
                asked.note()
                return registry.answer(request)
            },
        ])
        let (tree, data) = (estate.paths.tree("m"), "/var/lib/rancher/k3s")
        try Disk.makeFolder("\(tree)/etc/rancher/k3s")
        try Disk.write(
            "\(tree)/etc/rancher/k3s/registries.yaml",
            "mirrors: { registry.invalid: { endpoint: "
                + "[\"http://10.1.1.1:5000\", \"http://10.1.1.2:5000\"] } }\n")
        try RegistryMirrors.render(root: tree, data: data, fallsBack: false)
        let pull = ImagePull(network: network, root: tree, data: data, trust: estate.doors.trust)
        switch pull.run("registry.invalid/team/app:1", architecture: "arm64") {
        case .pulled(let stored, _):
            #expect(fault.error == nil && stored.digest == image.digest)
        case .failed(let error):
            #expect(error.contains(fault.error ?? "it should be pulled"), "\(error)")
        }
        #expect(asked.isNoted == fault.goesOn)
    }
}

/// Whether something was asked.
private final class Asked: Sendable {
    private let value = Mutex(false)
    var isNoted: Bool { value.withLock { $0 } }
    func note() { value.withLock { $0 = true } }
}
