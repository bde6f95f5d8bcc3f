import JSON

/// Makes a controller's pods as the API takes them: with the defaults of pod
/// and namespace, and within the quota. A value for one round of one controller.
struct PodMaker {
    private let admission: Admission
    private let now: Moment
    private var limits: NamespaceLimits

    init(_ world: World, _ admission: Admission, now: Moment) {
        self.admission = admission
        self.now = now
        limits = NamespaceLimits(world)
    }

    /// The pod `owner`'s template makes, not yet admitted.
    static func draft(of owner: JSONValue, name: String, template: JSONValue? = nil) -> JSONValue {
        let template = template ?? owner.at("spec", "template") ?? [:]
        var metadata = template["metadata"] ?? [:]
        metadata["name"] = .string(name)
        metadata["namespace"] = .string(owner.namespace)
        metadata["ownerReferences"] = [Owner.reference(owner)]
        metadata["creationTimestamp"] = nil
        return [
            "apiVersion": "v1", "kind": "Pod", "metadata": metadata,
            "spec": template["spec"] ?? [:],
        ]
    }

    /// `object` as the API stores it; throws what it refuses.
    mutating func admitted(_ object: JSONValue) throws(StatusError) -> JSONValue {
        guard let key = object.key, let type = ResourceType.of(key.resource) else {
            throw .badRequest("no kind the lab serves")
        }
        return try limits.admitted(try admission.created(object, type, now: now))
    }

    /// The write that makes `object`, or the event that says why not.
    mutating func write(
        _ object: JSONValue, for owner: JSONValue, _ component: String, in world: World
    ) -> (write: Write, isMade: Bool) {
        do {
            return (.put(try admitted(object)), true)
        } catch {
            let event = EventRecord.write(
                "FailedCreate", "Error creating: \(error.message)", about: owner, from: component,
                in: world, now: now)
            return (event, false)
        }
    }
}
