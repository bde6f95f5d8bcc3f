public import JSON
internal import YAML

/// A static pod, as its manifest describes it.
public struct StaticPod: Hashable, Sendable {
    /// `etcd` or `kube-apiserver`.
    public let name: String
    public let image: String
    /// The program and its arguments.
    public let command: [String]
    /// As it stands in the file.
    public let manifest: JSONValue
    /// Folders of the machine by where the container sees them.
    public let mounts: [String: String]

    /// Reads a manifest; nil for what the kubelet cannot read either.
    public init?(_ text: String) {
        guard let pod = try? YAMLParser.parseAll(Array(text.utf8)).first?.json,
            pod["kind"]?.string == "Pod", let name = pod.at("metadata", "name")?.string,
            let container = pod.at("spec", "containers")?.array?.first
        else { return nil }
        func words(_ key: String) -> [String] { container[key]?.array?.compactMap(\.string) ?? [] }
        self.name = name
        manifest = pod
        image = container["image"]?.string ?? ""
        command = words("command") + words("args")
        let volumes = pod.at("spec", "volumes")?.array ?? []
        var mounts: [String: String] = [:]
        for mount in container["volumeMounts"]?.array ?? [] {
            let volume = volumes.first { $0["name"] == mount["name"] }
            guard let place = mount["mountPath"]?.string,
                let folder = volume?.at("hostPath", "path")?.string
            else { continue }
            mounts[place] = folder
        }
        self.mounts = mounts
    }

    /// Those of a folder, by name: of two of one name the first file's counts.
    public static func all(_ manifests: [String: String]) -> [String: StaticPod] {
        manifests.sorted { $0.key < $1.key }.reduce(into: [:]) { all, file in
            guard let pod = StaticPod(file.value), all[pod.name] == nil else { return }
            all[pod.name] = pod
        }
    }

    /// Where etcd listens, its peers first, without the loopback.
    var listening: [(address: String, port: String)] {
        ["listen-peer-urls", "listen-client-urls"].flatMap { name in
            (flag(name) ?? "").split(separator: ",").compactMap { url in
                let parts = (url.split(separator: "/").last ?? "").split(separator: ":")
                guard parts.count == 2, parts[0] != "127.0.0.1" else { return nil }
                return (String(parts[0]), String(parts[1]))
            }
        }
    }

    /// The value of `--name=value`.
    public func flag(_ name: String) -> String? {
        command.last { $0.hasPrefix("--\(name)=") }.map { String($0.dropFirst(name.count + 3)) }
    }
}
