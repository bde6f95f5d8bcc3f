import JSON

/// The printer columns of the custom resources the lab knows, as the
/// definitions of their projects have them.
enum KnownColumns {
    static func of(_ key: ResourceKey) -> [JSONValue] {
        if key.group.hasSuffix(".toolkit.fluxcd.io") { return flux(key.name) }
        return table[key, default: []].map { CustomColumns.row($0.0, $0.1, $0.2, priority: $0.3) }
    }

    private static let age = ("Age", "date", ".metadata.creationTimestamp", 0)

    private static func condition(_ type: String, _ field: String = "status") -> String {
        ".status.conditions[?(@.type==\"\(type)\")].\(field)"
    }

    private static func flux(_ name: String) -> [JSONValue] {
        let own: [(String, String)] =
            switch name {
            case "gitrepositories", "helmrepositories", "ocirepositories": [("URL", ".spec.url")]
            case "buckets": [("Endpoint", ".spec.endpoint")]
            case "helmcharts":
                [
                    ("Chart", ".spec.chart"), ("Version", ".spec.version"),
                    ("Source Kind", ".spec.sourceRef.kind"),
                    ("Source Name", ".spec.sourceRef.name"),
                ]
            default: []
            }
        return own.map { CustomColumns.row($0.0, "string", $0.1) } + [
            CustomColumns.row(age.0, age.1, age.2),
            CustomColumns.row("Ready", "string", condition("Ready")),
            CustomColumns.row("Status", "string", condition("Ready", "message")),
        ]
    }

    private typealias Row = (String, String, String, Int)

    private static let table: [ResourceKey: [Row]] = [
        .applications: [
            ("Sync Status", "string", ".status.sync.status", 0),
            ("Health Status", "string", ".status.health.status", 0),
            ("Revision", "string", ".status.sync.revision", 10),
            ("Project", "string", ".spec.project", 10),
        ],
        .sealedSecrets: [
            ("Status", "string", condition("Synced", "message"), 0),
            ("Synced", "string", condition("Synced"), 0), age,
        ],
        .gitRepos: [
            ("Repo", "string", ".spec.repo", 0), ("Commit", "string", ".status.commit", 0),
            (
                "BundleDeployments-Ready", "string",
                ".status.display.readyBundleDeployments", 0
            ),
            ("Status", "string", condition("Ready", "message"), 0),
        ],
        .bundles: [
            ("BundleDeployments-Ready", "string", ".status.display.readyClusters", 0),
            ("Status", "string", condition("Ready", "message"), 0),
        ],
        .bundleDeployments: [
            ("Deployed", "string", ".status.display.deployed", 0),
            ("Monitored", "string", ".status.display.monitored", 0),
            ("Status", "string", condition("Ready", "message"), 0),
        ],
        .fleetClusters: [
            ("Bundles-Ready", "string", ".status.display.readyBundles", 0),
            ("Last-Seen", "string", ".status.agent.lastSeen", 0),
            ("Status", "string", condition("Ready", "message"), 0),
        ],
        .helmCharts: [
            ("Job", "string", ".status.jobName", 0), ("Chart", "string", ".spec.chart", 0),
            ("TargetNamespace", "string", ".spec.targetNamespace", 0),
            ("Version", "string", ".spec.version", 0), ("Repo", "string", ".spec.repo", 0),
            ("HelmVersion", "string", ".spec.helmVersion", 0),
            ("Bootstrap", "string", ".spec.bootstrap", 0),
        ],
        .longhornVolumes: [
            ("Data Engine", "string", ".spec.dataEngine", 0),
            ("State", "string", ".status.state", 0),
            ("Robustness", "string", ".status.robustness", 0),
            ("Scheduled", "string", condition("Scheduled"), 0),
            ("Size", "string", ".spec.size", 0), ("Node", "string", ".status.currentNodeID", 0),
            age,
        ],
        .longhornReplicas: [
            ("Data Engine", "string", ".spec.dataEngine", 0),
            ("State", "string", ".status.currentState", 0),
            ("Node", "string", ".spec.nodeID", 0), ("Disk", "string", ".spec.diskID", 0),
            ("InstanceManager", "string", ".status.instanceManagerName", 0),
            ("Image", "string", ".status.currentImage", 0), age,
        ],
        .longhornNodes: [
            ("Ready", "string", condition("Ready"), 0),
            ("AllowScheduling", "boolean", ".spec.allowScheduling", 0),
            ("Schedulable", "string", condition("Schedulable"), 0), age,
        ],
        .longhornSettings: [
            ("Value", "string", ".value", 0), ("Applied", "boolean", ".status.applied", 0), age,
        ],
        .longhornBackups: [
            ("SnapshotName", "string", ".status.snapshotName", 0),
            ("SnapshotSize", "string", ".status.size", 0),
            ("SnapshotCreatedAt", "string", ".status.snapshotCreatedAt", 0),
            ("BackupTarget", "string", ".status.backupTargetName", 0),
            ("State", "string", ".status.state", 0),
            ("LastSyncedAt", "string", ".status.lastSyncedAt", 0),
        ],
        .longhornBackupTargets: [
            ("URL", "string", ".spec.backupTargetURL", 0),
            ("Credential", "string", ".spec.credentialSecret", 0),
            ("LastBackupAt", "string", ".spec.pollInterval", 0),
            ("Available", "boolean", ".status.available", 0),
            ("LastSyncedAt", "string", ".status.lastSyncedAt", 0),
        ],
    ]
}
