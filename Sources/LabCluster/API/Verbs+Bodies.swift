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
