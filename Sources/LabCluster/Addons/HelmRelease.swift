import Digest
import JSON

/// A Helm release as Helm keeps it: one Secret for each revision, the newest
/// one says how the last operation went.
struct HelmRelease {
    let name: String
    let namespace: String
    /// The Secrets, oldest first.
    let revisions: [JSONValue]

    init(_ name: String, namespace: String, in world: World) {
        self.name = name
        self.namespace = namespace
        revisions = world.all(.secrets).filter { secret in
            secret.namespace == namespace && secret.labels["owner"] == "helm"
                && secret.labels["name"]?.string == name
        }.sorted { HelmRelease.number($0) < HelmRelease.number($1) }
    }

    /// `deployed`, `failed`, `pending-upgrade`, …; nil: never installed.
    var status: String? { revisions.last?.labels["status"]?.string }

    /// Whether an operation was cut off and holds Helm's lock.
    var isPending: Bool { status?.hasPrefix("pending-") == true }

    /// The configuration of the last revision, as the Job's hash names it.
    var hash: String? { revisions.last?.annotations[HelmJob.hash]?.string }

    /// Whether the release exists, well or not.
    var isInstalled: Bool { !revisions.isEmpty }

    /// The next revision; one that went well takes the place of the one before.
    func next(_ status: String, hash: String, now: Moment) -> [Write] {
        let version = (revisions.last.map(HelmRelease.number) ?? 0) + 1
        let replaced = revisions.filter { $0.labels["status"] == "deployed" }.map { old -> Write in
            var old = old
            if status == "deployed" {
                old.set("metadata", "labels", "status", to: "superseded")
            }
            return .put(old)
        }
        return replaced + [
            .put([
                "apiVersion": "v1", "kind": "Secret", "type": "helm.sh/release.v1",
                "metadata": [
                    "name": .string("sh.helm.release.v1.\(name).v\(version)"),
                    "namespace": .string(namespace),
                    "labels": [
                        "owner": "helm", "name": .string(name), "status": .string(status),
                        "version": .string(String(version)),
                        "modifiedAt": .string(String(now.milliseconds / 1000)),
                    ],
                    "annotations": .object([HelmJob.hash: .string(hash)]),
                ],
                "data": [
                    "release": .string(Base64.encode(Array("simulated by recover-lab".utf8)))
                ],
            ])
        ]
    }

    /// Everything an uninstall takes away: the objects of the release, what its
    /// definitions define, and the revisions.
    func uninstalled(in world: World, now: Moment) -> [Write] {
        let objects = world.tables.values.flatMap(\.values).filter {
            $0.annotations["meta.helm.sh/release-name"]?.string == name
                && $0.annotations["meta.helm.sh/release-namespace"]?.string == namespace
        }
        let groups = Set(
            objects.filter { $0.kind == "CustomResourceDefinition" }
                .compactMap { $0.at("spec", "group")?.string })
        let defined = world.tables.filter { groups.contains($0.key.group) }.flatMap(\.value.keys)
        return (defined.sorted() + (objects + revisions).compactMap(\.key).sorted())
            .map(Write.remove)
    }

    private static func number(_ secret: JSONValue) -> Int {
        Int(secret.labels["version"]?.string ?? "") ?? 0
    }
}
