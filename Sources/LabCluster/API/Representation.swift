import JSON

/// The form of an answer a client asks for in `Accept`.
///
/// kubectl names protobuf first where it can read it, and takes JSON.
enum Representation: Hashable, Sendable {
    case object
    /// Rows for people; what stands in each row's `object`, and the version of
    /// the Table.
    case table(version: String, include: Include)
    /// Metadata only.
    case metadata(version: String)

    enum Include: String, Sendable {
        case none = "None"
        case metadata = "Metadata"
        case object = "Object"
    }

    init(_ request: Request) throws(StatusError) {
        guard let accept = request.headers["accept"], !accept.isEmpty else {
            self = .object
            return
        }
        for media in accept.split(separator: ",") {
            let parts = media.split(separator: ";").map { $0.filter { $0 != " " } }
            guard let name = parts.first,
                ["application/json", "application/*", "*/*"].contains(name)
            else { continue }
            var parameters: [String: String] = [:]
            for part in parts.dropFirst() {
                guard let equal = part.firstIndex(of: "=") else { continue }
                parameters[String(part[..<equal])] = String(part[part.index(after: equal)...])
            }
            let version = parameters["v"] ?? ""
            let isMeta =
                parameters["g"] == "meta.k8s.io" && ["v1", "v1beta1"].contains(version)
            switch parameters["as"] {
            case nil: self = .object
            case "Table"? where isMeta:
                let include = Include(rawValue: request.query["includeObject"] ?? "Metadata")
                self = .table(version: version, include: include ?? .metadata)
            case "PartialObjectMetadata"? where isMeta, "PartialObjectMetadataList"? where isMeta:
                self = .metadata(version: version)
            default: continue
            }
            return
        }
        throw .notAcceptable
    }

    /// `metadata` of `object` in the type clients of it know.
    static func partial(_ object: JSONValue, version: String) -> JSONValue {
        [
            "kind": "PartialObjectMetadata", "apiVersion": .string("meta.k8s.io/\(version)"),
            "metadata": object["metadata"] ?? [:],
        ]
    }
}
