import JSON

/// One source of an Application.
struct ApplicationSource: Sendable {
    let json: JSONValue

    /// The sources of `application`; it has one, or a list.
    static func all(of application: JSONValue) -> [ApplicationSource] {
        (application.at("spec", "sources")?.array ?? [application.at("spec", "source") ?? [:]])
            .map(ApplicationSource.init)
    }

    static func areMany(in application: JSONValue) -> Bool {
        application.at("spec", "sources")?.array != nil
    }

    var repository: String { json["repoURL"]?.string ?? "" }
    var revision: String { json["targetRevision"]?.string ?? "HEAD" }
    var path: String { json["path"]?.string ?? "." }
    var manner: Rendering.Manner {
        json.at("directory", "recurse")?.bool == true ? .deep : .flat
    }

    /// What in it is not simulated.
    var obstacle: String? {
        let known: Set = ["repoURL", "targetRevision", "path", "directory", "name"]
        if let other = (json.object ?? [:]).keys.sorted().first(where: { !known.contains($0) }) {
            return "\(other) of a source is not simulated"
        }
        let settings = (json["directory"]?.object ?? [:]).keys.sorted()
        return settings.first { $0 != "recurse" }.map { "directory.\($0) is not simulated" }
    }

    /// The source, whatever revision it follows: what an earlier sync is
    /// compared by.
    var withoutRevision: JSONValue {
        var json = json
        json["targetRevision"] = nil
        return json
    }
}
