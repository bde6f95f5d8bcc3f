internal import Digest
internal import JSON
internal import LabCluster
import LabHosts

/// The registry's API, `/v2/` (OCI Distribution 1.1), as Zot answers it: it
/// serves what is stored and does not look at `Accept`.
///
/// `/v2/` answering 200 says nothing about storage: that is read only when a
/// manifest or a blob is asked for.
struct Registry: Sendable {
    let content: any ImageContent
    /// Where a push goes; nil: nobody may push.
    var layout: OCILayout?
    /// Whether a request without credentials is refused.
    var needsLogin = false

    func answer(_ request: WebRequest) -> WebAnswer {
        if ["/livez", "/readyz", "/startupz"].contains(request.path), layout != nil {
            return WebAnswer(status: 200)
        }
        guard request.path == "/v2" || request.path.hasPrefix("/v2/") else {
            return .text("404 page not found", status: 404)
        }
        if needsLogin, request.headers["authorization"]?.hasPrefix("Basic ") != true {
            var refused = Self.error(401, "UNAUTHORIZED", "authentication required")
            refused.headers["WWW-Authenticate"] = "Basic realm=\"Authorization Required\""
            return refused
        }
        var answer = route(request)
        answer.headers["Docker-Distribution-Api-Version"] = "registry/2.0"
        return answer
    }

    private func route(_ request: WebRequest) -> WebAnswer {
        let steps = request.path.dropFirst(4).split(separator: "/").map(String.init)
        if steps.isEmpty { return .json([:]) }
        if steps == ["_catalog"] { return catalog(request) }
        if steps.count > 2, steps.suffix(2) == ["tags", "list"] {
            return tags(steps.dropLast(2).joined(separator: "/"))
        }
        if steps.count > 2, steps[steps.count - 2] == "manifests" {
            let repository = steps.dropLast(2).joined(separator: "/")
            return request.method == "PUT"
                ? store(request, repository, steps[steps.count - 1])
                : manifest(repository, steps[steps.count - 1])
        }
        if let place = steps.lastIndex(of: "blobs"), place > 0, place < steps.count - 1 {
            let repository = steps[..<place].joined(separator: "/")
            let rest = Array(steps[(place + 1)...])
            return rest[0] == "uploads"
                ? upload(request, repository, rest) : blob(repository, rest[0])
        }
        return Self.error(404, "UNSUPPORTED", "the lab's registry has no \(request.path)")
    }

    private func catalog(_ request: WebRequest) -> WebAnswer {
        var names = content.repositories
        if let last = request.query["last"] { names = names.filter { $0 > last } }
        if let count = request.query["n"].flatMap({ Int($0) }) {
            names = Array(names.prefix(count))
        }
        return .json(["repositories": .array(names.map(JSONValue.string))])
    }

    private func tags(_ repository: String) -> WebAnswer {
        guard let tags = content.tags(repository) else {
            return Self.error(404, "NAME_UNKNOWN", "repository name not known to registry")
        }
        return .json(["name": .string(repository), "tags": .array(tags.map(JSONValue.string))])
    }

    private func manifest(_ repository: String, _ version: String) -> WebAnswer {
        guard let found = content.manifest(repository, version) else {
            return content.tags(repository) == nil
                ? Self.error(404, "NAME_UNKNOWN", "repository name not known to registry")
                : Self.error(404, "MANIFEST_UNKNOWN", "manifest unknown")
        }
        return WebAnswer(
            status: 200, contentType: found.mediaType, body: found.bytes,
            headers: ["Docker-Content-Digest": found.digest])
    }

    private func blob(_ repository: String, _ digest: String) -> WebAnswer {
        guard let bytes = content.blob(repository, digest) else {
            return Self.error(404, "BLOB_UNKNOWN", "blob unknown to registry")
        }
        return WebAnswer(
            status: 200, contentType: "application/octet-stream", body: bytes,
            headers: ["Docker-Content-Digest": digest])
    }

    // MARK: pushes

    /// A blob comes whole: with the POST, or with the PUT that ends its upload.
    private func upload(_ request: WebRequest, _ repository: String, _ rest: [String]) -> WebAnswer
    {
        guard let layout else { return Self.error(405, "UNSUPPORTED", "read only") }
        guard OCILayout.isSafe(repository) else {
            return Self.error(400, "NAME_INVALID", "invalid repository name")
        }
        guard let digest = request.query["digest"] else {
            guard request.method == "POST" else {
                return Self.error(501, "UNSUPPORTED", "the lab takes a blob in one piece only")
            }
            let place = "/v2/\(repository)/blobs/uploads/\(SHA256.hexadecimal(Random.bytes(8)))"
            return WebAnswer(status: 202, headers: ["Location": place, "Range": "0-0"])
        }
        guard "sha256:" + SHA256.hex(request.body) == digest else {
            return Self.error(400, "DIGEST_INVALID", "the body has another digest")
        }
        do {
            try layout.put(request.body, in: repository)
        } catch { return Self.error(500, "UNKNOWN", "\(error)") }
        return WebAnswer(
            status: 201,
            headers: [
                "Location": "/v2/\(repository)/blobs/\(digest)", "Docker-Content-Digest": digest,
            ])
    }

    private func store(_ request: WebRequest, _ repository: String, _ version: String) -> WebAnswer
    {
        guard let layout else { return Self.error(405, "UNSUPPORTED", "read only") }
        guard OCILayout.isSafe(repository) else {
            return Self.error(400, "NAME_INVALID", "invalid repository name")
        }
        let digest = "sha256:" + SHA256.hex(request.body)
        guard let document = try? JSONValue(parsing: request.body),
            !version.contains(":") || version == digest
        else { return Self.error(400, "MANIFEST_INVALID", "manifest invalid") }
        let parts = (document["layers"]?.array ?? []) + [document["config"]].compactMap { $0 }
        let missing = parts.compactMap { $0["digest"]?.string }
            .first { layout.blob(repository, $0) == nil }
        if let missing {
            return Self.error(404, "MANIFEST_BLOB_UNKNOWN", "blob unknown to registry: \(missing)")
        }
        do {
            try layout.put(request.body, in: repository)
            try layout.tag(
                repository, version,
                ImageManifest(
                    mediaType: request.headers["content-type"] ?? document["mediaType"]?.string
                        ?? "", digest: digest, bytes: request.body))
        } catch { return Self.error(500, "UNKNOWN", "\(error)") }
        return WebAnswer(
            status: 201,
            headers: [
                "Location": "/v2/\(repository)/manifests/\(digest)",
                "Docker-Content-Digest": digest,
            ])
    }

    private static func error(_ status: Int, _ code: String, _ message: String) -> WebAnswer {
        .json(
            ["errors": [["code": .string(code), "message": .string(message), "detail": [:]]]],
            status: status)
    }
}
