import JSON

extension Cluster {
    /// Servers and paths volumes and pods name.
    public var fileExports: [(server: String, path: String)] {
        let pods = objects(.pods).flatMap { $0.at("spec", "volumes")?.array ?? [] }
            .map { JSONValue.object(["spec": $0]) }
        return (objects(.persistentVolumes) + pods).compactMap(VolumeSource.export)
    }
}
