import JSON

/// What a request comes to: the writes it causes and what is answered once they
/// are stored.
struct Decision: Sendable {
    enum Answer: Sendable {
        /// This document, as it is.
        case document(JSONValue, status: Int)
        /// The object as stored, with its new revision.
        case stored(JSONValue, status: Int)
        /// The Scale of the object as stored.
        case scale(JSONValue)
        /// Objects of one type.
        case list(ListPage, ResourceType)
    }

    var writes: [Write] = []
    var answer: Answer

    /// The answer against the world after the writes, in the form asked for.
    func response(in world: World, as form: Representation = .object, now: Moment = .now)
        -> Response
    {
        switch answer {
        case .document(let document, let status): .json(document, status: status)
        case .stored(let object, let status):
            .json(Self.shown(Self.current(object, in: world), world, form, now), status: status)
        case .scale(let object): .json(Scale.of(Self.current(object, in: world)))
        case .list(let page, let type): .json(Self.list(page, type, world, form, now))
        }
    }

    private static func current(_ object: JSONValue, in world: World) -> JSONValue {
        // One that is gone, or made again meanwhile, is answered as it was.
        guard let found = object.key.flatMap({ world[$0] }),
            object.uid.isEmpty || found.uid == object.uid
        else { return object }
        return found
    }

    private static func shown(
        _ object: JSONValue, _ world: World, _ form: Representation, _ now: Moment
    ) -> JSONValue {
        switch form {
        case .object: return object
        case .metadata(let version): return Representation.partial(object, version: version)
        case .table(let version, let include):
            guard let key = object.key, let type = ResourceType.of(key.resource) else {
                return object
            }
            return Table(world.printer(of: type), version: version, include: include, now: now)
                .document([object], revision: object.revision)
        }
    }

    private static func list(
        _ page: ListPage, _ type: ResourceType, _ world: World, _ form: Representation,
        _ now: Moment
    ) -> JSONValue {
        switch form {
        case .table(let version, let include):
            return Table(world.printer(of: type), version: version, include: include, now: now)
                .document(page.items, metadata: page.metadata)
        case .metadata(let version):
            return [
                "kind": "PartialObjectMetadataList",
                "apiVersion": .string("meta.k8s.io/\(version)"), "metadata": page.metadata,
                "items": .array(page.items.map { Representation.partial($0, version: version) }),
            ]
        case .object:
            return [
                "kind": .string(type.kind + "List"), "apiVersion": .string(type.apiVersion),
                "metadata": page.metadata,
                "items": .array(type.isCustom ? page.items : page.items.map(untyped)),
            ]
        }
    }

    /// Items of built-in lists do not repeat their kind.
    private static func untyped(_ object: JSONValue) -> JSONValue {
        var object = object
        object["kind"] = nil
        object["apiVersion"] = nil
        return object
    }
}
