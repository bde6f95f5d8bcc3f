import JSON

/// What a watch asks for.
struct WatchQuery: Sendable {
    let selection: Selection
    let form: Representation
    /// Where it starts; nil: with every object there is, as if just added.
    let start: Int?
    /// Whether the objects there are come first, ended by a marked bookmark.
    let sendsInitial: Bool
    let allowsBookmarks: Bool
    let timeout: Duration

    init(_ request: Request, _ route: Route, _ type: ResourceType) throws(StatusError) {
        selection = try Selection(request, route, type)
        form = try Representation(request)
        let version = request.query["resourceVersion"] ?? ""
        let isInitial = Self.isSet(request.query["sendInitialEvents"])
        if version.isEmpty || version == "0" || isInitial {
            start = nil
        } else {
            guard let number = Int(version), number > 0 else {
                throw .badRequest("Invalid value: \"\(version)\": strconv.ParseUint: parsing")
            }
            start = number
        }
        allowsBookmarks = Self.isSet(request.query["allowWatchBookmarks"])
        sendsInitial = isInitial && allowsBookmarks
        // A real server picks half an hour to an hour.
        timeout = .seconds(request.query["timeoutSeconds"].flatMap { Int($0) } ?? 1800)
    }

    /// Whether `request` is one.
    static func isWatch(_ request: Request) -> Bool { isSet(request.query["watch"]) }

    private static func isSet(_ text: String?) -> Bool { ["true", "1"].contains(text ?? "") }
}
