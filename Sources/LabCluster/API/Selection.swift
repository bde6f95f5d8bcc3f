import JSON

/// Which objects of a resource a request is about: namespace, labels, fields.
struct Selection: Sendable {
    let type: ResourceType
    let namespace: String?
    let labels: LabelSelector
    let fields: FieldSelector
    /// Whether anything but the namespace narrows it.
    let isNarrowed: Bool

    init(_ request: Request, _ route: Route, _ type: ResourceType) throws(StatusError) {
        let text = request.query["labelSelector"] ?? ""
        guard let labels = LabelSelector(text) else {
            throw .badRequest("unable to parse requirement: \(text)")
        }
        self.type = type
        self.labels = labels
        namespace = route.namespace
        fields = try FieldSelector(request.query["fieldSelector"] ?? "", for: type)
        isNarrowed = !text.isEmpty || !(request.query["fieldSelector"] ?? "").isEmpty
    }

    func contains(_ object: JSONValue) -> Bool {
        (namespace == nil || object.namespace == namespace)
            && labels.matches(object.labels) && fields.matches(object)
    }

    /// The objects it selects, ordered by namespace and name.
    func objects(in world: World) -> [JSONValue] {
        // What is not asked for need not be sorted.
        world.tables[type.key, default: [:]].filter { contains($0.value) }
            .sorted { $0.key < $1.key }.map(\.value)
    }
}
