import LabHosts
import Processes

/// An estate of one machine, `master`, for what no shipped one shows yet.
struct TinyEstate {
    private let folder: String

    /// `cluster` is what its cluster is like, as YAML.
    init(_ name: String, cluster: String) throws {
        folder = Lab.folder("tiny-\(name)")
        try Disk.makeFolder("\(folder)/snapshots/tiny")
        try Disk.write(
            "\(folder)/snapshots/tiny/estate.yaml",
            """
            clusters:
              - { name: tiny, api: "https://10.9.0.1:6443", version: v1.34.0, \(cluster) }
            nodes:
              - name: master
                cluster: tiny
                role: server
                version: v1.34.0
                address: { internal: 10.9.0.1 }

            """)
        try Disk.write(
            "\(folder)/snapshots/tiny/lab.yaml",
            """
            lab: 1
            estate: tiny
            world: { tiny: [] }
            repository: { branch: main, path: ., files: { README.md: invented } }

            """)
    }

    /// A lab of it.
    func lab() async throws -> Lab {
        try await Lab("\(folder)-lab", estate: "tiny", library: folder)
    }

    func remove() {
        _ = try? Command("/bin/rm", ["-rf", folder]).capture(deadline: .seconds(30))
    }
}
