import Glibc
import JSON
import Synchronization

/// How requests pass: who asks and what for, the barrier, the decision, the
/// datastore, the log.
extension Cluster {
    func respond(to request: Request, _ api: API, isGone: () -> Bool) -> Response? {
        guard let identity = Identity(request, token: api.token) else {
            return .error(.unauthorized)
        }
        let route: Route
        switch api.resolve(request, identity, { world.types }, isDown: { outage != nil }) {
        case .answer(let response): return response
        case .objects(let found): route = found
        }
        let access = Access(request, route)
        let now = self.world
        guard access.isAllowed(identity, in: now) else { return .error(access.refusal(identity)) }
        do {
            let isReview = ResourceType.of(route.resource)?.isStored == false
            guard !isReview else { return try review(request, route, identity, in: now) }
        } catch { return .error(error) }
        guard datastoreAnswers(isGone) else { return nil }
        return gate.pass(
            request.method, request.path, isMutating: request.isMutating, isGone: isGone
        ) {
            do throws(StatusError) {
                return request.isMutating
                    ? try apply(request, route) : try read(request, route)
            } catch { return .error(error) }
        }
    }

    private func review(
        _ request: Request, _ route: Route, _ identity: Identity, in world: World
    ) throws(StatusError) -> Response {
        let type = try Verbs(world: world, now: .now, admission: admission).type(of: route)
        guard type.verbs == ["create"] else { throw .notSimulated("\(type.key)") }
        guard request.method == "POST" else { throw .methodNotAllowed }
        let body = try Body.read(request, expected: type.kind)
        guard let answer = Reviews.answer(body, route, identity, in: world) else {
            throw .notSimulated("\(type.key)")
        }
        return .json(answer, status: 201)
    }

    private func read(_ request: Request, _ route: Route) throws(StatusError) -> Response {
        try available()
        let form = try Representation(request)
        guard route.name == nil, WatchQuery.isWatch(request) else {
            let (world, oldest) = store.withLock { ($0.world, $0.history.floor) }
            return try Verbs(
                world: world, now: .now, admission: admission, oldestRevision: oldest
            ).decide(request, route).response(in: world, as: form)
        }
        return try watch(request, route)
    }

    private func apply(_ request: Request, _ route: Route) throws(StatusError) -> Response {
        let form = try Representation(request)
        return try mutation.withLock { _ throws(StatusError) in
            try available()
            let now = Moment.now
            let before = self.world
            let decision = try Verbs(world: before, now: now, admission: admission)
                .decide(request, route)
            guard !request.isDryRun else {
                return decision.response(in: World(), as: form, now: now)
            }
            do {
                let changed = try store.withLock { try $0.commit(decision.writes, now: now) }
                try log.append(
                    Change(
                        verb: request.method, path: request.path,
                        userAgent: request.headers["user-agent"] ?? "",
                        bodyDigest: Change.digest(of: request), changed: !changed.isEmpty,
                        client: request.client))
            } catch {
                try available()
                throw StatusError(
                    code: 500, reason: "InternalError",
                    message: "Internal error occurred: \(error)")
            }
            return decision.response(in: self.world, as: form, now: now)
        }
    }

    // MARK: Watches

    private func watch(_ request: Request, _ route: Route) throws(StatusError) -> Response {
        let (world, floor) = store.withLock { ($0.world, $0.history.floor) }
        let type = try Verbs(world: world, now: .now, admission: admission).type(of: route)
        let query = try WatchQuery(request, route, type)
        var feed = WatchFeed(query, world: world)
        var begin = feed.initial(world, now: .now)
        if let start = query.start, start < floor {
            begin = feed.end(.expired(EventHistory.Expired(asked: start, oldest: floor)))
        }
        let stream = WatchStream(feed, begin: begin, timeout: query.timeout) {
            [weak self] feed, isBookmarkDue in
            self?.follow(&feed, type, isBookmarkDue: isBookmarkDue)
        }
        return Response(stream: stream)
    }

    /// What is new for `feed`; nil once the cluster stops, the datastore is out
    /// of reach or the definition of the resource is gone.
    private func follow(
        _ feed: inout WatchFeed, _ type: ResourceType, isBookmarkDue: Bool
    ) -> [UInt8]? {
        guard !feed.isEnded, !gate.isClosing, health.outage == nil else { return nil }
        let behind = feed.revision
        let (world, entries) = store.withLock { store in
            (
                store.world,
                Result { () throws(EventHistory.Expired) in
                    store.world.revision == behind
                        ? [] : try store.history.entries(of: type.key, after: behind)
                }
            )
        }
        guard world.serves(type) else { return nil }
        switch entries {
        case .failure(let expired): return feed.end(.expired(expired))
        case .success(let entries):
            let lines = feed.lines(entries, upTo: world.revision, world: world, now: .now)
            return isBookmarkDue && lines.isEmpty ? feed.bookmarkLine(world, now: .now) : lines
        }
    }

    /// A datastore that does not answer holds every request until its limit.
    /// False if the client or the server went first.
    private func datastoreAnswers(_ isGone: () -> Bool) -> Bool {
        let end = ContinuousClock.now + options.outageLimit
        while outage != nil, ContinuousClock.now < end {
            if gate.isClosing || isGone() { return false }
            usleep(10_000)
        }
        return true
    }

    /// What keeps the datastore from answering, or was said to.
    private var outage: DatastoreOutage? {
        health.outage ?? store.withLock { $0.outage(now: .now) }
    }

    /// Refuses everything while the datastore does not answer.
    private func available() throws(StatusError) {
        if let outage { throw outage.status }
    }
}

extension Response {
    /// A stream of JSON lines.
    fileprivate init(stream: any ResponseStream) {
        self.init(status: 200, contentType: "application/json", body: [], stream: stream)
    }
}
