import JSON

/// A request the API refuses, with the words and the codes of a real server.
struct StatusError: Error, Hashable, Sendable {
    let code: Int
    let reason: String
    let message: String
    var details: JSONValue?

    /// The `Status` object that goes over the wire.
    var body: JSONValue {
        var status: JSONValue = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure",
            "message": .string(message), "reason": .string(reason), "code": .int(code),
        ]
        status["details"] = details
        return status
    }
}

extension StatusError {
    static let unauthorized = StatusError(
        code: 401, reason: "Unauthorized", message: "Unauthorized")
    static let methodNotAllowed = StatusError(
        code: 405, reason: "MethodNotAllowed",
        message: "the server does not allow this method on the requested resource", details: [:])
    static let noSuchResource = StatusError(
        code: 404, reason: "NotFound",
        message: "the server could not find the requested resource", details: [:])
    /// A JSON patch that does not apply has empty details on a real server too.
    static let patchRejected = StatusError(
        code: 422, reason: "Invalid",
        message: "the server rejected our request due to an error in our request", details: [:])

    static func badRequest(_ message: String) -> StatusError {
        StatusError(code: 400, reason: "BadRequest", message: message)
    }

    /// What a real server could do and this one cannot: said loudly.
    static func notSimulated(_ what: String) -> StatusError {
        StatusError(
            code: 501, reason: "NotImplemented", message: "the lab does not simulate \(what)",
            details: [:])
    }

    static func notFound(_ key: ObjectKey) -> StatusError {
        StatusError(
            code: 404, reason: "NotFound", message: "\(key.resource) \"\(key.name)\" not found",
            details: details(key))
    }

    static func alreadyExists(_ key: ObjectKey) -> StatusError {
        StatusError(
            code: 409, reason: "AlreadyExists",
            message: "\(key.resource) \"\(key.name)\" already exists", details: details(key))
    }

    static func modified(_ key: ObjectKey) -> StatusError {
        StatusError(
            code: 409, reason: "Conflict",
            message: """
                Operation cannot be fulfilled on \(key.resource) "\(key.name)": the object has \
                been modified; please apply your changes to the latest version and try again
                """, details: details(key))
    }

    static func uidMismatch(_ type: ResourceType, _ key: ObjectKey, wanted: String, found: String)
        -> StatusError
    {
        var details = details(key)
        details["kind"] = .string(type.kind)
        return StatusError(
            code: 409, reason: "Conflict",
            message: """
                Operation cannot be fulfilled on \(type.qualifiedKind) "\(key.name)": the UID in \
                the precondition (\(wanted)) does not match the UID in record (\(found)). The \
                object might have been deleted and then recreated
                """, details: details)
    }

    static func terminating(_ key: ObjectKey) -> StatusError {
        var details = details(key)
        details["causes"] = [
            [
                "reason": "NamespaceTerminating", "field": "metadata.namespace",
                "message": .string("namespace \(key.namespace) is being terminated"),
            ]
        ]
        return StatusError(
            code: 403, reason: "Forbidden",
            message: """
                \(key.resource) "\(key.name)" is forbidden: unable to create new content in \
                namespace \(key.namespace) because it is being terminated
                """, details: details)
    }

    static func invalid(_ type: ResourceType, _ name: String, field: String, _ problem: String)
        -> StatusError
    {
        var details: JSONValue = [
            "name": .string(name), "kind": .string(type.kind),
            "causes": [
                [
                    "reason": "FieldValueInvalid", "message": .string(problem),
                    "field": .string(field),
                ]
            ],
        ]
        if !type.key.group.isEmpty { details["group"] = .string(type.key.group) }
        return StatusError(
            code: 422, reason: "Invalid",
            message: "\(type.qualifiedKind) \"\(name)\" is invalid: \(field): \(problem)",
            details: details)
    }

    static func unsupportedMedia(_ accepted: [String]) -> StatusError {
        StatusError(
            code: 415, reason: "UnsupportedMediaType",
            message: """
                the body of the request was in an unknown format - accepted media types include: \
                \(accepted.joined(separator: ", "))
                """)
    }

    private static func details(_ key: ObjectKey) -> JSONValue {
        var details: JSONValue = ["name": .string(key.name), "kind": .string(key.resource.name)]
        if !key.resource.group.isEmpty { details["group"] = .string(key.resource.group) }
        return details
    }
}
