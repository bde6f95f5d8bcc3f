import JSON

/// The body of a PATCH request, in one of the three forms a server takes.
struct Patch: Sendable {
    private enum Form { case strategic, merge, json }

    private let form: Form
    private let body: JSONValue
    private let type: ResourceType

    init(_ request: Request, _ type: ResourceType) throws(StatusError) {
        let accepted =
            ["application/json-patch+json", "application/merge-patch+json"]
            + (type.isCustom ? [] : ["application/strategic-merge-patch+json"])
        guard accepted.contains(request.contentType) else {
            // Server-side apply is a form of a real server that is not simulated.
            throw .unsupportedMedia(accepted + ["application/apply-patch+yaml"])
        }
        switch request.contentType {
        case "application/json-patch+json": form = .json
        case "application/merge-patch+json": form = .merge
        default: form = .strategic
        }
        do {
            body = try JSONValue(parsing: request.body)
        } catch {
            throw .badRequest("the patch is \(error)")
        }
        self.type = type
    }

    /// `object` with the patch applied, nothing else checked.
    func applied(to object: JSONValue) throws(StatusError) -> JSONValue {
        switch form {
        case .merge: return MergePatch.apply(body, to: object)
        case .json:
            do { return try JSONPatch.apply(body, to: object) } catch { throw .patchRejected }
        case .strategic:
            do { return try StrategicPatch.apply(body, to: object) } catch {
                throw .badRequest(error.message)
            }
        }
    }
}
