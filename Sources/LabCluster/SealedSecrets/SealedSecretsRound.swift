import Digest
import JSON

/// One SealedSecret becomes one Secret, or says in its status why not.
struct SealedSecretsRound: Sendable {
    let world: World
    let admission: Admission
    let now: Moment

    /// The writes for `object`, whose items are opened or not.
    func decide(
        _ object: JSONValue, _ opened: Result<[String: [UInt8]], UnsealFailure>
    ) -> (writes: [Write], failure: UnsealFailure?) {
        var writes: [Write] = []
        var failure: UnsealFailure?
        do throws(UnsealFailure) {
            let wanted = try secret(of: object, values: try opened.get())
            if let write = try write(wanted, for: object) { writes.append(write) }
        } catch { failure = error }
        writes.append(.put(status(of: object, failure)))
        writes.append(.put(event(about: object, failure)))
        return (writes, failure)
    }

    private func secret(
        of object: JSONValue, values: [String: [UInt8]]
    ) throws(UnsealFailure) -> JSONValue {
        let template = object.at("spec", "template")
        var data = values.mapValues { JSONValue.string(Digest.Base64.text($0)) }
        for (item, text) in template?["data"]?.object ?? [:] {
            let text = text.string ?? ""
            guard !text.contains("{{") else {
                throw UnsealFailure("a template in spec.template.data is not simulated")
            }
            data[item] = .string(Digest.Base64.text(Array(text.utf8)))
        }
        var metadata: JSONValue = [
            "name": .string(object.name), "namespace": .string(object.namespace),
        ]
        for field in ["labels", "annotations"] {
            metadata[field] = template?.at("metadata", field)
        }
        if metadata.at("annotations", SealedSecretsNames.unowned)?.string != "true" {
            metadata["ownerReferences"] = [Owner.reference(object)]
        }
        var secret: JSONValue = [
            "apiVersion": "v1", "kind": "Secret", "metadata": metadata,
            "type": template?["type"] ?? "Opaque", "data": .object(data),
        ]
        secret["immutable"] = template?["immutable"]
        return secret
    }

    private func write(
        _ wanted: JSONValue, for object: JSONValue
    ) throws(UnsealFailure) -> Write? {
        guard let type = ResourceType.of(.secrets) else { return nil }
        guard let live = world.object(.secrets, object.namespace, object.name) else {
            return .put(
                try admitted { () throws(StatusError) in
                    try admission.created(wanted, type, now: now)
                })
        }
        let isPatched = live.annotations[SealedSecretsNames.patched]?.string == "true"
        let isManaged = live.annotations[SealedSecretsNames.managed]?.string == "true"
        guard live.controllerUID == object.uid || isManaged || isPatched else {
            throw UnsealFailure(
                """
                failed update: Resource "\(object.name)" already exists and is not managed by \
                SealedSecret
                """,
                reason: "ErrUpdateFailed")
        }
        var new = live
        new["type"] = wanted["type"]
        if isPatched {
            for (item, value) in wanted["data"]?.object ?? [:] {
                new.set("data", item, to: value)
            }
            for field in ["annotations", "labels"] {
                for (name, value) in wanted.at("metadata", field)?.object ?? [:] {
                    new.set("metadata", field, name, to: value)
                }
            }
        } else {
            new["data"] = wanted["data"]
            for field in ["annotations", "labels"] {
                new.set("metadata", field, to: wanted.at("metadata", field))
            }
        }
        if !isPatched || isManaged {
            new.set("metadata", "ownerReferences", to: wanted.at("metadata", "ownerReferences"))
        }
        return .put(
            try admitted { () throws(StatusError) in
                try admission.updated(new, from: live, type, subresource: nil)
            })
    }

    private func admitted(
        _ body: () throws(StatusError) -> JSONValue
    ) throws(UnsealFailure) -> JSONValue {
        do { return try body() } catch {
            throw UnsealFailure(error.message, reason: "ErrUpdateFailed")
        }
    }

    /// Written only when it changes: an old good one stays as it is.
    private func status(of object: JSONValue, _ failure: UnsealFailure?) -> JSONValue {
        let status = failure == nil ? "True" : "False"
        let generation = object.at("metadata", "generation")
        let old = object.condition("Synced")
        guard
            old?["status"]?.string != status
                || object.at("status", "observedGeneration") != generation
        else { return object }
        var new = object
        new.setCondition("Synced", status, message: failure?.message, now: now)
        var conditions = new.at("status", "conditions")?.array ?? []
        for index in conditions.indices where conditions[index]["type"] == "Synced" {
            conditions[index]["lastUpdateTime"] = .string(now.text)
        }
        new.set("status", "conditions", to: .array(conditions))
        new.set("status", "observedGeneration", to: generation)
        return new
    }

    private func event(about object: JSONValue, _ failure: UnsealFailure?) -> JSONValue {
        let reason = failure?.reason ?? "Unsealed"
        var message = failure?.message ?? "SealedSecret unsealed successfully"
        if reason == "ErrUnsealFailed" { message = "Failed to unseal: \(message)" }
        let name =
            "\(object.name).\(Naming.suffix("\(object.uid) \(reason) \(message)", length: 16))"
        if var known = world.object(.events, object.namespace, name) {
            known["count"] = .int((known["count"]?.int ?? 1) + 1)
            known["lastTimestamp"] = .string(now.text)
            return known
        }
        return [
            "apiVersion": "v1", "kind": "Event",
            "metadata": ["name": .string(name), "namespace": .string(object.namespace)],
            "type": failure == nil ? "Normal" : "Warning", "reason": .string(reason),
            "message": .string(message), "count": 1, "firstTimestamp": .string(now.text),
            "lastTimestamp": .string(now.text), "source": ["component": "sealed-secrets"],
            "reportingComponent": "sealed-secrets", "reportingInstance": "",
            "involvedObject": [
                "apiVersion": object["apiVersion"] ?? "", "kind": .string(object.kind),
                "name": .string(object.name), "namespace": .string(object.namespace),
                "uid": .string(object.uid),
                "resourceVersion": object.at("metadata", "resourceVersion") ?? "",
            ],
        ]
    }
}
