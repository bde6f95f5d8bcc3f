import JSON
import LabCluster

extension Clusters {
    /// What each file server exports, as far as volumes and pods name it.
    private var exports: [String: Set<String>] {
        var exports: [String: Set<String>] = [:]
        for name in description.clusters {
            guard let cluster = try? cluster(name) else { continue }
            for (server, path) in cluster.fileExports { exports[server, default: []].insert(path) }
        }
        return exports
    }

    /// What `server` exports; nil: nobody answers there.
    func exports(of server: String) -> [String]? {
        guard let paths = exports[server], fileServers.state(of: server).isUp else { return nil }
        return paths.sorted()
    }

    /// `name`, if volumes lie on a file server of that name.
    func fileServer(_ name: String) throws(InputError) -> String {
        let known = exports.keys.sorted()
        guard known.contains(name) else {
            throw InputError(
                "no volume lies on a file server \(name); there are: "
                    + (known.isEmpty ? "none" : known.joined(separator: ", ")))
        }
        return name
    }
}
