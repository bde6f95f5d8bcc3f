public import JSON

/// What GitOps is about to create, change and delete once it is let go. Pure:
/// an inventory against what a cluster was seen to hold.
public struct Preview: Hashable, Sendable {
    /// What was read of a cluster.
    public struct Live: Sendable {
        /// Whole objects of the kinds that were read.
        public var objects: [JSONValue]
        /// `Kind.group` of kinds that could not be read, and why.
        public var silences: [String: String]

        public init(objects: [JSONValue], silences: [String: String]) {
            self.objects = objects
            self.silences = silences
        }
    }

    /// Sorted by object.
    public let changes: [ObjectChange]
    /// What leaves Git and stays in the cluster, with the reason.
    public let left: [ObjectChange]
    public let unrendered: [Unrendered]

    /// What is about to be deleted, and needs somebody's yes.
    public var deletions: [ObjectChange] { changes.filter { $0.sign == .removed } }
    /// What cannot be told.
    public var open: [ObjectChange] { changes.filter { $0.sign == .unknown } }

    /// What of `inventory` is not yet in `live`, or no longer wanted there.
    ///
    /// - Parameter commit: the commit `inventory` is of.
    public init(_ inventory: Inventory, live: Live, at commit: String = "") {
        let present = Dictionary(
            live.objects.compactMap { object in ObjectName(object).map { ($0, object) } },
            uniquingKeysWith: { first, _ in first })
        let inventory = inventory.placed(
            as: Set(present.keys).union(Managed.all(in: live.objects).map(\.name)))
        var changes: [ObjectChange] = []
        let plain = inventory.objects.filter { $0.standing == .plain }
        for object in plain {
            changes += Self.change(object, present[object.name], live).map { [$0] } ?? []
        }
        let leaving = Self.leaving(inventory, live, commit)
        changes += leaving.filter { $0.sign != .added }
        self.left = leaving.filter { $0.sign == .added }.sorted { $0.name < $1.name }
        self.changes = changes.sorted { ($0.name, $0.sign.rawValue) < ($1.name, $1.sign.rawValue) }
        unrendered = inventory.unrendered
    }

    private static func change(
        _ object: DesiredObject, _ now: JSONValue?, _ live: Live
    ) -> ObjectChange? {
        let place = "\(object.file):\(object.line)"
        if let why = live.silences["\(object.name.kind).\(object.name.group)"] {
            return ObjectChange(.unknown, object.name, note: "\(place); not read: \(why)")
        }
        guard let now else { return ObjectChange(.added, object.name, note: place) }
        let fields = LiveComparison.fields(object.manifest, now)
        return fields.isEmpty ? nil : ObjectChange(.changed, object.name, fields, note: place)
    }

    /// What becomes of everything that is GitOps' own and that Git no longer has.
    private static func leaving(
        _ inventory: Inventory, _ live: Live, _ commit: String
    ) -> [ObjectChange] {
        let wanted = Set(inventory.wanted.map(\.name))
        // An engine that has rendered this very commit knows better than its files.
        let left = Managed.all(in: live.objects, at: commit).filter {
            $0.isToGo || !wanted.contains($0.name)
        }
        let changes = settled { gone in left.map { leaving($0, inventory, gone: gone) } }
        // Told once, and where two bringers disagree as the worse of what they say.
        let fates: [ObjectChange.Sign] = [.added, .unknown, .removed]
        let told = fates.map { fate in changes.filter { $0.sign == fate } }.joined()
        return Array(
            Dictionary(told.map { ($0.name, $0) }, uniquingKeysWith: { _, worse in worse }).values)
    }

    /// An Application that goes may be the bringer of one that goes with it. Of
    /// those that bring each other none is known to stay.
    private static func settled(
        _ changes: (Set<ObjectName>) -> [ObjectChange]
    ) -> [ObjectChange] {
        let first = changes([])
        var now = first
        var gone: Set<ObjectName> = []
        for _ in 0...first.count + 1 {
            let going = Set(now.filter { $0.sign == .removed }.map(\.name))
            guard going != gone else { return now }
            gone = going
            now = changes(gone)
        }
        return first
    }

    /// What goes with an object, whoever brought it.
    private static let along = [
        "Namespace": "everything in it", "CustomResourceDefinition": "every object of its kind",
    ]
    private static let atOnce = "as soon as it is let go, which Git itself does (suspend: false)"

    /// What becomes of an object Git no longer has, when those in `gone` go.
    private static func leaving(
        _ managed: Managed, _ inventory: Inventory, gone: Set<ObjectName>
    ) -> ObjectChange {
        let bringers = inventory.bringers.filter { $0.name == managed.bringer }
        if let goesAlong = managed.goesAlong, gone.contains(managed.owner) {
            return goesAlong
                ? ObjectChange(
                    .removed, managed.name,
                    note: "\(managed.bringer) goes and takes along what it brought")
                : ObjectChange(
                    .added, managed.name,
                    note: "\(managed.bringer) goes and leaves it; nobody brings it any more")
        }
        if bringers.isEmpty, let change = made(managed, gone) { return change }
        if managed.isKept {
            return ObjectChange(.added, managed.name, note: "it is marked to be kept")
        }
        // The root computes under the name of the source.
        let computer = bringers.isEmpty ? Inventory.source : managed.bringer
        if inventory.computed.contains(computer), !managed.isToGo {
            return ObjectChange(
                .unknown, managed.name,
                note: "\(managed.bringer) computes what it brings; it may still be among it")
        }
        if managed.bringer.hasPrefix("GitRepo ") {
            return ObjectChange(
                .removed, managed.name,
                note: "\(managed.bringer) deletes what its commit does not have")
        }
        // Whom Git does not know is the root, which somebody made by hand.
        let prunes = bringers.isEmpty ? nil : bringers.contains { $0.prunes == true }
        switch prunes {
        case true?:
            let more = along[managed.name.kind].map { ", and takes \($0) along" } ?? ""
            let when = inventory.letGoByGit.contains(managed.bringer) ? " \(atOnce)" : ""
            return ObjectChange(
                .removed, managed.name, note: "\(managed.bringer) prunes\(when)\(more)")
        case false?:
            return ObjectChange(
                .added, managed.name, note: "\(managed.bringer) does not prune: it stays")
        case nil:
            return ObjectChange(
                .removed, managed.name,
                note: "\(managed.bringer) is not in Git; if it prunes, this goes")
        }
    }

    /// What an Application brought that an ApplicationSet makes. Pruning is not
    /// what it has to fear: with the finalizer it goes when its Application does,
    /// kept or not.
    private static func made(_ managed: Managed, _ gone: Set<ObjectName>) -> ObjectChange? {
        guard let maker = managed.maker else { return nil }
        let goesAlong = managed.goesAlong ?? true
        if gone.contains(maker) {
            return goesAlong
                ? ObjectChange(
                    .removed, managed.name,
                    note:
                        "\(managed.bringer) goes with the ApplicationSet that makes it, and takes "
                        + "this along")
                : ObjectChange(
                    .added, managed.name,
                    note: "\(managed.bringer) goes and leaves it; nobody brings it any more")
        }
        guard goesAlong || !managed.isKept else { return nil }
        return ObjectChange(
            .unknown, managed.name,
            note: "\(managed.bringer) is made by ApplicationSet \(maker.name); it may still be "
                + "among it")
    }
}
