import JSON
import LabCluster
import LabHosts
import Testing

@testable import LabDoors

@Suite struct RegistryTests {
    private static let lab: JSONValue = [
        "images": [
            "zot": ["zot.lumie-infra.com/team/app:1"],
            "absent": ["registry.invalid/gone/*"],
            "architectures": ["registry.invalid/only/amd:1": ["amd64"]],
        ],
        "names": ["zot.lumie-infra.com": "10.0.0.241"],
    ]
    private let base = "http://10.43.5.5:5000"

    @Test func `Zot serves what lies on its node, and only while its pod is ready`() throws {
        let estate = try Estate(Sample.traefik + Sample.zot, lab: Self.lab)
        #expect(estate.ask("\(base)/v2/") == "200 {}")
        #expect(estate.ask("\(base)/readyz").hasPrefix("200"))
        #expect(estate.ask("\(base)/v2/_catalog") == #"200 {"repositories":["team/app"]}"#)
        #expect(
            estate.ask("\(base)/v2/team/app/tags/list") == #"200 {"name":"team/app","tags":["1"]}"#)
        let folder = "\(estate.paths.tree("w"))/srv/zot/team/app"
        #expect(Disk.exists("\(folder)/oci-layout") && Disk.exists("\(folder)/index.json"))
        for blob in Disk.names("\(folder)/blobs/sha256") {
            Disk.remove("\(folder)/blobs/sha256/\(blob)")
        }
        // `/v2/` proves nothing about storage.
        #expect(estate.ask("\(base)/v2/") == "200 {}")
        #expect(estate.ask("\(base)/v2/team/app/manifests/1").hasPrefix("404"))
        var pod = Sample.zot[0]
        pod["status"] = ["phase": "Running", "conditions": []]
        try estate.put(pod)
        #expect(
            estate.ask("\(base)/v2/") == "dial tcp 10.43.5.5:5000: connect: connection refused")
        try estate.put(Sample.zot[0])
        #expect(estate.ask("\(base)/v2/") == "200 {}")
        estate.dark.insert("w")
        estate.doors.round()
        #expect(estate.ask("\(base)/v2/").contains("refused"))
    }

    @Test func `manifests answer by tag and by digest, with the digest in the head`() throws {
        let folder = try Estate()
        let layout = OCILayout(root: "\(folder.paths.root)/zot")
        let name = try #require(ImageReference("zot.lumie-infra.com/a/b:2"))
        let image = SimulatedImage("a/b:2", platforms: ["linux/amd64", "linux/arm64"])
        try layout.put(image, name)
        let registry = Registry(content: layout, layout: layout)
        let byTag = registry.answer(WebRequest(method: "HEAD", path: "/v2/a/b/manifests/2"))
        #expect(byTag.headers["Docker-Content-Digest"] == image.digest)
        #expect(byTag.contentType == "application/vnd.oci.image.index.v1+json")
        for digest in image.blobs.keys {
            let path = "/v2/a/b/blobs/\(digest)"
            #expect(registry.answer(WebRequest(path: path)).body == image.blobs[digest])
        }
        let part = try JSONValue(parsing: byTag.body)["manifests"]?[0]?["digest"]?.string ?? ""
        let manifest = registry.answer(WebRequest(path: "/v2/a/b/manifests/\(part)"))
        #expect(manifest.status == 200)
        #expect(manifest.contentType == "application/vnd.oci.image.manifest.v1+json")
        // What lies beside the registry's folder is none of its business.
        let digest = image.digest
        try Disk.makeFolder("\(folder.paths.root)/else/blobs/sha256")
        try Disk.write(
            "\(folder.paths.root)/else/blobs/sha256/\(digest.dropFirst(7))", "secret")
        let outside = registry.answer(WebRequest(path: "/v2/../else/blobs/\(digest)"))
        #expect(outside.status == 404)
        for path in ["/v2/a/b/manifests/3", "/v2/a/c/tags/list", "/v2/../x/blobs/sha256:00"] {
            #expect(registry.answer(WebRequest(path: path)).status == 404)
        }
    }

    @Test func `a push needs its blobs first, and a login where one is asked for`() throws {
        let folder = try Estate()
        let layout = OCILayout(root: "\(folder.paths.root)/zot")
        var registry = Registry(content: layout, layout: layout)
        let image = SimulatedImage("x/y:1", platforms: ["linux/arm64"])
        let manifest = try #require(image.blobs[image.digest])
        let put = WebRequest(method: "PUT", path: "/v2/x/y/manifests/1", body: manifest)
        #expect(registry.answer(put).status == 404)
        for (digest, bytes) in image.blobs where digest != image.digest {
            var upload = WebRequest(method: "PUT", path: "/v2/x/y/blobs/uploads/1", body: bytes)
            upload.query["digest"] = digest
            #expect(registry.answer(upload).status == 201)
            upload.body.append(0)
            #expect(registry.answer(upload).status == 400)
        }
        #expect(registry.answer(put).headers["Docker-Content-Digest"] == image.digest)
        #expect(layout.tags("x/y") == ["1"])
        registry.needsLogin = true
        let refused = registry.answer(WebRequest(path: "/v2/"))
        #expect(refused.status == 401 && refused.headers["WWW-Authenticate"] != nil)
        #expect(registry.answer(WebRequest(path: "/livez")).status == 200)
    }

    @Test func `an image pull goes where hosts.toml and the node's resolver lead`() throws {
        let estate = try Estate(Sample.traefik + Sample.zot, lab: Self.lab)
        let image = "zot.lumie-infra.com/team/app:1"
        let tree = estate.paths.tree("m")
        try Disk.makeFolder("\(tree)/etc/rancher/k3s")
        try Disk.write(
            "\(tree)/etc/rancher/k3s/registries.yaml",
            "mirrors:\n  zot.lumie-infra.com:\n    endpoint:\n"
                + "      - http://zot.zot.svc.cluster.local:5000\n")
        try RegistryMirrors.render(root: tree, data: "/var/lib/rancher/k3s", fallsBack: true)
        // Nothing routes to Zot yet: the mirror's name means nothing on a node.
        guard case .failed(let error, _) = estate.pull(image) else {
            Issue.record("it was pulled")
            return
        }
        #expect(error.hasPrefix("rpc error: code = Unknown desc = failed to pull and unpack"))
        #expect(error.contains("x509: certificate is valid for 0000.0000.traefik.default"))
        #expect(!error.contains("cluster.local"))
        let log = Disk.text("\(tree)/var/lib/rancher/k3s/agent/containerd/containerd.log") ?? ""
        #expect(log.contains("no such host") && log.contains("trying next host"))
        // With a route and a certificate the way through Traefik works.
        let made = try estate.doors.maker.certificate(for: ["zot.lumie-infra.com"], days: 60)
        try estate.put(Sample.secret("zot-tls", "zot", made))
        try estate.put(
            Sample.ingress(
                "zot", "zot", host: "zot.lumie-infra.com", service: "zot", secret: "zot-tls"))
        #expect(estate.pull(image) == .ready)
        #expect(ImageStore(data: "\(tree)/var/lib/rancher/k3s").image(image)?.platforms.count == 2)
        // What a node holds needs no registry; another node does.
        estate.doors.cut(.registry)
        #expect(estate.pull(image) == .ready)
        guard case .failed(let away, _) = estate.pull(image, on: "w") else {
            Issue.record("it was pulled from nowhere")
            return
        }
        #expect(away.contains("502 Bad Gateway") || away.contains("503"))
        estate.doors.restore(.registry)
        #expect(estate.pull(image, on: "w") == .ready)
    }

    @Test func `the world outside has every image but those it has not`() throws {
        let estate = try Estate(lab: Self.lab)
        #expect(estate.pull("nginx:1") == .ready)
        #expect(estate.pull("registry.invalid/drill/web:1.0") == .ready)
        guard case .failed(let error, _) = estate.pull("registry.invalid/gone/a:1") else {
            Issue.record("it was pulled")
            return
        }
        #expect(error.hasSuffix("registry.invalid/gone/a:1: not found"))
        #expect(estate.pull("registry.invalid/only/amd:1") == .wrongArchitecture)
        #expect(estate.pull("registry.invalid/only/amd:1", architecture: "amd64") == .ready)
        #expect(estate.pull("nginx:2", policy: .never) == .failed("not present", waits: false))
        estate.doors.cut(.upstream)
        guard case .failed(let cut, _) = estate.pull("nginx:3") else {
            Issue.record("it was pulled")
            return
        }
        #expect(cut.contains("dial tcp 192.0.2.80:443: connect: connection refused"))
        #expect(estate.pull("nginx:1") == .ready)
        estate.doors.cut(.names)
        guard case .failed(let silent, _) = estate.pull("nginx:4") else { return }
        #expect(silent.contains("lookup registry-1.docker.io on 192.0.2.53:53: i/o timeout"))
    }

    @Test(arguments: ["../else", "a/../../else", "..", "a/./b", ".hidden/x", "a/..%2f"])
    func `nothing is read or written outside the registry's folder`(name: String) throws {
        let folder = try Estate()
        let root = "\(folder.paths.root)/deep/zot"
        try Disk.makeFolder(root)
        let layout = OCILayout(root: root)
        let registry = Registry(content: layout, layout: layout)
        let image = SimulatedImage("x:1", platforms: ["linux/arm64"])
        let before = Self.files(below: "\(folder.paths.root)/deep")
        for (digest, bytes) in image.blobs {
            for method in ["PUT", "POST"] {
                var upload = WebRequest(
                    method: method, path: "/v2/\(name)/blobs/uploads/1", body: bytes)
                upload.query["digest"] = digest
                #expect(registry.answer(upload).status == 400, "\(name)")
            }
            #expect(throws: LabFailure.self) { try layout.put(bytes, in: name) }
        }
        let put = WebRequest(
            method: "PUT", path: "/v2/\(name)/manifests/1",
            body: image.blobs[image.digest] ?? [])
        #expect(registry.answer(put).status == 400)
        #expect(Self.files(below: "\(folder.paths.root)/deep") == before)
    }

    @Test(arguments: ["../../key", "sha256:../../../key", "sha256:", "md5:00"])
    func `what is no digest is no file`(digest: String) throws {
        let folder = try Estate()
        let layout = OCILayout(root: "\(folder.paths.root)/zot")
        try layout.put(Array("x".utf8), in: "a")
        try Disk.write("\(folder.paths.root)/zot/key", "secret")
        #expect(layout.blob("a", digest) == nil)
        #expect(layout.manifest("a", digest) == nil)
    }

    /// Every plain file below `path`.
    private static func files(below path: String) -> [String] {
        Disk.names(path).flatMap { name -> [String] in
            let inner = files(below: "\(path)/\(name)")
            return inner.isEmpty ? ["\(path)/\(name)"] : inner
        }
    }

    @Test func `a pull brings what an export takes along`() throws {
        let estate = try Estate(lab: Self.lab)
        let image = "registry.invalid/drill/web:1.0"
        #expect(estate.doors.pull(image, onto: "m", architecture: "arm64") == nil)
        let data = "\(estate.paths.tree("m"))/var/lib/rancher/k3s"
        let stored = try #require(ImageStore(data: data).image(image))
        #expect(stored.platforms == ["linux/amd64", "linux/arm64"])
        let blobs = "\(data)/agent/containerd/io.containerd.content.v1.content/blobs/sha256"
        let real = SimulatedImage(image, platforms: ["linux/amd64", "linux/arm64"])
        let here = Set(Disk.names(blobs).map { "sha256:\($0)" })
        #expect(here.contains(real.digest) && here.isSubset(of: Set(real.blobs.keys)))
        // Index, manifest, configuration and layer of the one platform.
        #expect(here.count == 4)
        estate.doors.cut(.upstream)
        let refusal = estate.doors.pull(image, onto: "m", architecture: "arm64")
        #expect(refusal?.contains("connection refused") == true)
    }

    @Test func `a failed pull backs off and is tried again`() throws {
        let calls = Calls()
        let board = PullBoard { _ in calls.next() }
        let wish = ImageRequest(
            pod: "p", node: "m", image: "i", policy: .always, architecture: "arm64")
        #expect(board.state(wish) == .pulling)
        let start = ContinuousClock.now
        board.round(now: start)
        #expect(board.state(wish) == .failed("no 1", waits: false))
        board.round(now: start + .milliseconds(900))
        #expect(calls.count == 1)
        board.round(now: start + .milliseconds(1100))
        #expect(board.state(wish) == .failed("no 2", waits: true))
        board.round(now: start + .seconds(2))
        #expect(calls.count == 2)
        board.round(now: start + .seconds(4))
        #expect(board.state(wish) == .ready)
        board.round(now: start + .seconds(20))
        #expect(calls.count == 3)
    }
}
