import JSON
import YAML

/// The body of a PATCH request, in one of the three forms that change an object.
struct Patch: Sendable {
    private enum Form { case strategic, merge, json }

    private let form: Form
    let body: JSONValue
    private let type: ResourceType

    /// Server-side apply, which is no patch of the object but an object itself.
    static let applyType = "application/apply-patch+yaml"

    /// The object of a server-side apply: YAML, of which JSON is a part.
    static func applied(_ request: Request) throws(StatusError) -> JSONValue {
        if let json = try? JSONValue(parsing: request.body) { return json }
        do { return try YAMLParser.parse(request.body).json } catch {
            throw .badRequest("error decoding YAML: \(error)")
        }
    }

    init(_ request: Request, _ type: ResourceType) throws(StatusError) {
        let accepted =
            ["application/json-patch+json", "application/merge-patch+json"]
            + (type.isCustom ? [] : ["application/strategic-merge-patch+json"])
        guard accepted.contains(request.contentType) else {
            throw .unsupportedMedia(accepted + [Self.applyType])
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
