internal import Digest
internal import JSON
internal import LabCluster
internal import LabHosts

/// One pull of a node's containerd: the endpoints of `hosts.toml` in order,
/// each asked for the manifest, its config and its layers.
///
/// A connection that fails, 404 and any status from 400 on mean "trying next
/// host". What ends the pull: a redirect that is left over, a manifest that cannot be
/// read behind a head without a digest, and content of another digest. Only the last error is
/// told; all of them stand in the node's containerd.log.
struct ImagePull {
    let network: Network
    /// The node's files, as seen from the lab, and k3s's data within them.
    let root: String
    let data: String
    let trust: Trust

    /// What a pull ended with.
    enum Outcome: Hashable {
        case pulled(StoredImage, PulledContent)
        case failed(String)
    }

    /// Why one endpoint gave nothing.
    private enum Miss: Error { case next(String), end(String) }

    func run(_ image: String, architecture: String) -> Outcome {
        guard let name = ImageReference(image) else {
            return .failed("failed to parse image name \"\(image)\": invalid reference format")
        }
        var last = "no endpoint"
        places: for base in HostsFile.places(root: root, data: data, registry: name.registry) {
            do {
                let (image, content) = try pull(name, from: base, architecture: architecture)
                return .pulled(image, content)
            } catch {
                switch error {
                case .next(let text):
                    last = text
                    log(name, base, text)
                case .end(let text):
                    last = text
                    break places
                }
            }
        }
        return .failed(
            "rpc error: code = Unknown desc = failed to pull and unpack image \"\(name)\": \(last)")
    }

    private func pull(
        _ name: ImageReference, from base: String, architecture: String
    ) throws(Miss) -> (StoredImage, PulledContent) {
        let head = "failed to resolve reference \"\(name)\": "
        let path = "manifests/\(name.version)"
        let found = try ask("HEAD", name, base, path, head)
        let told = found.headers["Docker-Content-Digest"] ?? name.digest
        let root: WebAnswer
        do { root = try ask("GET", name, base, path, head) } catch {
            // Without a digest in the head the manifest itself must tell it, and this one.
            guard told == nil, case .next(let text) = error else { throw error }
            throw .end(text)
        }
        let digest = told ?? "sha256:\(SHA256.hex(root.body))"
        if root.body.isEmpty, name.digest != nil {
            // A pinned image the lab knows nothing of.
            return (
                StoredImage(name: name.description, digest: digest, platforms: [], size: 0),
                PulledContent()
            )
        }
        let document = try Self.document(root.body, "manifest", digest)
        var manifest = document
        var fetched = PulledContent(manifest: digest, blobs: [root.body])
        var platforms: [String] = []
        if let parts = document["manifests"]?.array {
            let known = ["amd64", "arm64"].contains(architecture)
            let part = parts.first {
                !known || $0.at("platform", "architecture")?.string == architecture
            }
            guard let chosen = part?["digest"]?.string else {
                throw .end("no match for platform in manifest: not found")
            }
            platforms = parts.compactMap {
                $0.at("platform", "architecture")?.string.map { "linux/\($0)" }
            }
            let answer = try ask("GET", name, base, "manifests/\(chosen)", "failed to copy: ")
            manifest = try Self.document(answer.body, "manifest", chosen)
            fetched = PulledContent(manifest: chosen, blobs: [root.body, answer.body])
        }
        let size = try content(of: manifest, name, base, &platforms, &fetched)
        let image = StoredImage(
            name: name.description, digest: digest, platforms: platforms, size: size)
        return (image, fetched)
    }

    /// Fetches config and layers; returns the layers' size.
    private func content(
        of manifest: JSONValue, _ name: ImageReference, _ base: String,
        _ platforms: inout [String], _ fetched: inout PulledContent
    ) throws(Miss) -> Int {
        var size = 0
        for layer in manifest["layers"]?.array ?? [] {
            let digest = layer["digest"]?.string ?? ""
            let bytes = try ask("GET", name, base, "blobs/\(digest)", "failed to copy: ").body
            try Self.check(bytes, "layer", digest)
            fetched.blobs.append(bytes)
            size += bytes.count
        }
        let digest = manifest.at("config", "digest")?.string ?? ""
        let config = try ask("GET", name, base, "blobs/\(digest)", "failed to copy: ")
        try Self.check(config.body, "config", digest)
        fetched.blobs.append(config.body)
        if platforms.isEmpty, let facts = try? JSONValue(parsing: config.body) {
            platforms = ["linux/\(facts["architecture"]?.string ?? "")"]
        }
        return size
    }

    /// What comes must be what was asked for; no other place is tried then.
    private static func check(
        _ bytes: [UInt8], _ kind: String, _ digest: String
    ) throws(Miss) {
        let found = "sha256:\(SHA256.hex(bytes))"
        guard found != digest else { return }
        throw .end(
            "failed commit on ref \"\(kind)-\(digest)\": unexpected commit digest \(found), "
                + "expected \(digest): failed precondition")
    }

    private static func document(
        _ bytes: [UInt8], _ kind: String, _ digest: String
    ) throws(Miss) -> JSONValue {
        try check(bytes, kind, digest)
        return (try? JSONValue(parsing: bytes)) ?? [:]
    }

    // MARK: one request

    private func ask(
        _ method: String, _ name: ImageReference, _ base: String, _ path: String, _ what: String
    ) throws(Miss) -> WebAnswer {
        let url = Self.url(base, name, path)
        let answer: WebAnswer
        do {
            answer = try follow(method, url)
        } catch {
            let verb = method.prefix(1) + method.dropFirst().lowercased()
            throw .next("\(what)failed to do request: \(verb) \"\(url)\": \(error)")
        }
        switch answer.status {
        case 200..<300: return answer
        case 300..<400:
            throw .end(
                "\(what)unexpected status from \(method) request to \(url): \(answer.status)")
        case 401, 403:
            throw .next(
                what + "pull access denied, repository does not exist or may require "
                    + "authorization: authorization failed: no basic auth credentials")
        case 404: throw .next("\(what)\(name): not found")
        default:
            throw .next(
                "\(what)unexpected status from \(method) request to \(url): \(answer.status) "
                    + WebClient.reason(answer.status))
        }
    }

    /// The answer behind redirects; the tenth that leads on is an error, as Go has it.
    private func follow(_ method: String, _ url: String) throws(WebClient.Failure) -> WebAnswer {
        let client = WebClient(network: network, root: root, trust: trust)
        var next = url
        for _ in 0..<10 {
            let answer = try client.send(method, next)
            guard [301, 302, 303, 307, 308].contains(answer.status),
                let place = answer.headers["Location"]
            else { return answer }
            let authority = next.split(separator: "/", maxSplits: 2).prefix(2)
            next = place.hasPrefix("/") ? authority.joined(separator: "//") + place : place
        }
        throw WebClient.Failure(description: "stopped after 10 redirects")
    }

    private static func url(_ base: String, _ name: ImageReference, _ path: String) -> String {
        let root = base.hasSuffix("/v2") ? base : "\(base)/v2"
        let isItself = base.hasSuffix("//\(name.registry)")
        return "\(root)/\(name.repository)/\(path)" + (isItself ? "" : "?ns=\(name.registry)")
    }

    private func log(_ name: ImageReference, _ base: String, _ error: String) {
        let path = "\(root)\(data)/agent/containerd/containerd.log"
        let line =
            "level=info msg=\"trying next host\" error=\(JSONValue.string(error).text) host=\(base) "
            + "image=\"\(name)\" simulated=true\n"
        try? Disk.makeFolder("\(root)\(data)/agent/containerd")
        try? Disk.append(path, line)
    }
}
