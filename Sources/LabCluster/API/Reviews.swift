import JSON

/// The requests that only ask what somebody may do: nothing is stored.
enum Reviews {
    /// The reviewed body, or nil for a resource that is no review known here.
    static func answer(
        _ body: JSONValue, _ route: Route, _ identity: Identity, in world: World
    ) -> JSONValue? {
        var review = body
        switch route.resource.description {
        case "selfsubjectaccessreviews.authorization.k8s.io":
            review["status"] = verdict(body, identity, world)
        case "subjectaccessreviews.authorization.k8s.io",
            "localsubjectaccessreviews.authorization.k8s.io":
            let groups = (body.at("spec", "groups")?.array ?? []).compactMap(\.string)
            let subject = Identity(
                user: body.at("spec", "user")?.string ?? "", groups: Set(groups))
            review["status"] = verdict(body, subject, world)
        case "selfsubjectreviews.authentication.k8s.io":
            review["status"] = [
                "userInfo": [
                    "username": .string(identity.user),
                    "groups": .array(identity.groups.sorted().map(JSONValue.string)),
                ]
            ]
        default: return nil
        }
        if review["metadata"] == nil { review["metadata"] = ["creationTimestamp": .null] }
        return review
    }

    private static func verdict(
        _ body: JSONValue, _ identity: Identity, _ world: World
    ) -> JSONValue {
        let isAllowed: Bool
        if let attributes = body.at("spec", "resourceAttributes") {
            isAllowed = Access(attributes).isAllowed(identity, in: world)
        } else {
            // Paths outside resources are the administrators'.
            isAllowed = identity.isAdministrator
        }
        return ["allowed": .bool(isAllowed)]
    }
}
