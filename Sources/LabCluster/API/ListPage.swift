import JSON

/// One piece of a list: what `limit` and `continue` of a request leave of the
/// objects.
///
/// A real server pages through one revision; the lab goes on in the world as it
/// is by then, and refuses a token as old as a server's compaction would.
struct ListPage: Sendable {
    let items: [JSONValue]
    /// The list's `metadata`.
    let metadata: JSONValue

    init(
        _ request: Request, _ selection: Selection, in world: World, oldest: Int
    ) throws(StatusError) {
        let wanted = request.query["resourceVersion"].flatMap { Int($0) } ?? 0
        guard wanted <= world.revision else { throw .revisionTooLarge }
        var objects = selection.objects(in: world)[...]
        var revision = world.revision
        let continued = request.query["continue"] ?? ""
        if !continued.isEmpty {
            guard let token = Token(continued) else {
                throw .badRequest("continue key is not valid: \(continued)")
            }
            // A token of a refused list goes on in whatever world there is.
            if token.revision != -1 {
                guard token.revision >= oldest else { throw .continueTooOld(token.start) }
                revision = token.revision
            }
            let start = token.start
            objects = objects.drop { Self.place($0) <= start }
        }
        var metadata: JSONValue = ["resourceVersion": .string(String(revision))]
        // A read from the watch cache ignores the limit.
        let limit =
            request.query["resourceVersion"] == "0"
            ? 0 : request.query["limit"].flatMap { Int($0) } ?? 0
        if limit > 0, objects.count > limit, let last = objects.prefix(limit).last {
            let token = Token(revision: revision, start: Self.place(last))
            metadata["continue"] = .string(token.text)
            if !selection.isNarrowed {
                metadata["remainingItemCount"] = .int(objects.count - limit)
            }
            objects = objects.prefix(limit)
        }
        items = Array(objects)
        self.metadata = metadata
    }

    private static func place(_ object: JSONValue) -> Place {
        Place(namespace: object.namespace, name: object.name)
    }

    /// Where an object stands in the order of a list.
    struct Place: Comparable, Sendable {
        let namespace: String
        let name: String

        static func < (left: Self, right: Self) -> Bool {
            (left.namespace, left.name) < (right.namespace, right.name)
        }
    }

    /// The text that continues a list behind an object.
    struct Token: Sendable {
        let revision: Int
        let start: Place

        init(revision: Int, start: Place) {
            self.revision = revision
            self.start = start
        }

        init?(_ text: String) {
            guard let bytes = Base64.decode(text),
                let json = try? JSONValue(parsing: bytes), let revision = json["rv"]?.int,
                let start = json["start"]?.string
            else { return nil }
            let parts = start.split(separator: "/").map { part in
                String(part.prefix { $0 != "\0" })
            }
            guard let name = parts.last else { return nil }
            self.revision = revision
            self.start = Place(namespace: parts.count > 1 ? parts[0] : "", name: name)
        }

        var text: String {
            let path = start.namespace.isEmpty ? start.name : "\(start.namespace)/\(start.name)"
            let json: JSONValue = [
                "v": "meta.k8s.io/v1", "rv": .int(revision), "start": .string(path + "\0"),
            ]
            return Base64.encode(json.utf8).filter { $0 != "=" }
        }
    }
}
