import JSON

extension Verbs {
    /// The object a request carries.
    func body(
        of request: Request, _ type: ResourceType, _ subresource: String?
    ) throws(StatusError) -> JSONValue {
        let body = try Body.read(request, expected: type.kind)
        guard
            subresource == "scale"
                || (body.kind == type.kind && body["apiVersion"]?.string == type.apiVersion)
        else {
            throw .badRequest(
                """
                \(body.kind) in version "\(body["apiVersion"]?.string ?? "")" cannot be handled as \
                a \(type.kind): the object provided is not a \(type.kind)
                """)
        }
        return body
    }

    /// `old` with the patch of `request` in it.
    func patched(
        _ old: JSONValue, _ request: Request, _ type: ResourceType
    ) throws(StatusError) -> JSONValue {
        let patch = try Patch(request, type)
        let new = try patch.applied(to: old)
        guard request.query["fieldValidation"] == "Strict" else { return new }
        // What the object had before is not the writer's fault.
        let unknown = KnownFields.unknown(new, type)
            .filter { !KnownFields.unknown(old, type).contains($0) }
        guard unknown.isEmpty else { throw .unknownFields(patch.body, unknown) }
        return new
    }

    /// Refuses members no server knows, where the client asks for it.
    func checkFields(
        _ object: JSONValue, _ request: Request, _ type: ResourceType
    ) throws(StatusError) {
        guard request.query["fieldValidation"] == "Strict" else { return }
        let unknown = KnownFields.unknown(object, type)
        guard unknown.isEmpty else {
            throw .badRequest(
                """
                \(type.kind) in version "\(type.version)" cannot be handled as a \(type.kind): \
                \(KnownFields.words(unknown))
                """)
        }
    }
}

/// The body of a request as one object, in whichever form it came.
enum Body {
    static let protobufType = "application/vnd.kubernetes.protobuf"

    /// Reads it; `expected` names the kind in a refusal.
    static func read(_ request: Request, expected: String) throws(StatusError) -> JSONValue {
        switch request.contentType {
        case protobufType: return try ProtobufBody.read(request.body)
        // A missing type counts as JSON, as on a real server.
        case "", "application/json":
            guard let body = try? JSONValue(parsing: request.body), body.object != nil else {
                throw .badRequest(
                    """
                    the object provided is unrecognized (must be of type \(expected)): couldn't \
                    get version/kind; json parse error: not JSON
                    """)
            }
            return body
        default: throw .unsupportedMedia(["application/json", protobufType])
        }
    }
}
