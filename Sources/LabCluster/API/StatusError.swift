import JSON

/// A request the API refuses, with the words and the codes of a real server.
struct StatusError: Error, Hashable, Sendable {
    let code: Int
    let reason: String
    let message: String
    var details: JSONValue?
    /// `metadata.continue` of a refused list.
    var continuation: String?

    /// The `Status` object that goes over the wire.
    var body: JSONValue {
        var status: JSONValue = [
            "kind": "Status", "apiVersion": "v1", "metadata": [:], "status": "Failure",
            "message": .string(message), "reason": .string(reason), "code": .int(code),
        ]
        // A fault of the datastore has no reason.
        if reason.isEmpty { status["reason"] = nil }
        status["details"] = details
        if let continuation { status.set("metadata", "continue", to: .string(continuation)) }
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

    static let notAcceptable = StatusError(
        code: 406, reason: "NotAcceptable",
        message: """
            406: Not Acceptable

            Available representations: application/json
            """, details: [:])

    /// The history a watch asks for is gone.
    static func expired(_ expired: EventHistory.Expired) -> StatusError {
        StatusError(
            code: 410, reason: "Expired",
            message: "too old resource version: \(expired.asked) (\(expired.oldest))")
    }

    /// A real server waits a while for a revision that is yet to come.
    static let revisionTooLarge = StatusError(
        code: 504, reason: "Timeout",
        message: "Timeout: request did not complete within the allotted timeout", details: [:])

    static func continueTooOld(_ start: ListPage.Place) -> StatusError {
        var error = StatusError(
            code: 410, reason: "Expired",
            message: """
                The provided continue parameter is too old to display a consistent list result. \
                You can start a new list without the continue parameter, or use the continue \
                token in this response to retrieve the remainder of the results. Continuing with \
                the provided token results in an inconsistent list - objects that were created, \
                modified, or deleted between the time the first chunk was returned and now may \
                show up in the list.
                """)
        error.continuation = ListPage.Token(revision: -1, start: start).text
        return error
    }

    static func badRequest(_ message: String) -> StatusError {
        StatusError(code: 400, reason: "BadRequest", message: message)
    }

    static func forbiddenPath(_ request: Request, _ identity: Identity) -> StatusError {
        StatusError(
            code: 403, reason: "Forbidden",
            message: """
                forbidden: User "\(identity.user)" cannot \(request.method.lowercased()) path \
                "\(request.path)"
                """, details: [:])
    }

    static let definitionTerminating = StatusError(
        code: 405, reason: "MethodNotAllowed",
        message: """
            create not allowed while custom resource definition is terminating
            """, details: [:])

    /// An apply without the name of its manager.
    static let patchOptions = StatusError(
        code: 422, reason: "Invalid",
        message: """
            PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for \
            apply patch
            """,
        details: [
            "kind": "PatchOptions", "group": "meta.k8s.io",
            "causes": [
                [
                    "reason": "FieldValueRequired", "field": "fieldManager",
                    "message": "Required value: is required for apply patch",
                ]
            ],
        ])

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

    /// The storage's own word, which has no reason.
    static let revisionOnCreate = StatusError(
        code: 500, reason: "",
        message: "resourceVersion should not be set on objects to be created")

    /// An apply that means one certain object, and there is none.
    static func foreignUID(_ uid: String, _ key: ObjectKey) -> StatusError {
        StatusError(
            code: 409, reason: "Conflict",
            message: """
                Operation cannot be fulfilled on \(key.resource) "\(key.name)": uid mismatch: the \
                provided object specified uid \(uid), and no existing object was found
                """, details: details(key))
    }

    static func modified(_ key: ObjectKey) -> StatusError {
        StatusError(
            code: 409, reason: "Conflict",
            message: """
                Operation cannot be fulfilled on \(key.resource) "\(key.name)": the object has \
                been modified; please apply your changes to the latest version and try again
                """, details: details(key))
    }

    /// A precondition, of a UID or a ResourceVersion, does not hold.
    static func precondition(
        _ type: ResourceType, _ key: ObjectKey, _ what: String, wanted: String, found: String
    ) -> StatusError {
        var details = details(key)
        details["kind"] = .string(type.kind)
        return StatusError(
            code: 409, reason: "Conflict",
            message: """
                Operation cannot be fulfilled on \(type.qualifiedKind) "\(key.name)": the \(what) \
                in the precondition (\(wanted)) does not match the \(what) in record (\(found)). \
                The object might have been \(what == "UID" ? "deleted and then recreated" : "modified")
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

    static func invalid(
        _ type: ResourceType, _ name: String, field: String, _ problem: String,
        reason: String = "FieldValueInvalid"
    ) -> StatusError {
        var details: JSONValue = [
            "name": .string(name), "kind": .string(type.kind),
            "causes": [
                [
                    "reason": .string(reason), "message": .string(problem),
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

    /// A patch with members no server knows: the refusal names no object.
    static func unknownFields(_ patch: JSONValue, _ paths: [String]) -> StatusError {
        let problem =
            "Invalid value: \(GoText.quoted(GoText.value(patch))): \(KnownFields.words(paths))"
        return StatusError(
            code: 422, reason: "Invalid", message: " \"\" is invalid: patch: \(problem)",
            details: [
                "causes": [
                    [
                        "reason": "FieldValueInvalid", "message": .string(problem),
                        "field": "patch",
                    ]
                ]
            ])
    }

    private static func details(_ key: ObjectKey) -> JSONValue {
        var details: JSONValue = ["name": .string(key.name), "kind": .string(key.resource.name)]
        if !key.resource.group.isEmpty { details["group"] = .string(key.resource.group) }
        return details
    }
}
