import LabHosts
import Testing

@Suite struct ImageTests {
    @Test func `a short name is what containerd makes of it`() throws {
        let names = [
            "nginx": "docker.io/library/nginx:latest",
            "rancher/pause:3.6": "docker.io/rancher/pause:3.6",
            "zot.lumie-infra.com/team/app:1": "zot.lumie-infra.com/team/app:1",
            "localhost:5000/a/b": "localhost:5000/a/b:latest",
            "ghcr.io/a/b@sha256:00": "ghcr.io/a/b@sha256:00",
        ]
        for (short, full) in names { #expect(ImageReference(short)?.description == full) }
        #expect(ImageReference("a//b") == nil && ImageReference("a:") == nil)
    }

    @Test func `an exported image comes back with one platform and another digest`() throws {
        let folder = Lab.folder("image-archive")
        defer { Lab.wipe(folder) }
        let both = SimulatedImage(
            "registry.invalid/a/b:1", platforms: ["linux/amd64", "linux/arm64"])
        let image = StoredImage(
            name: "registry.invalid/a/b:1", digest: both.digest,
            platforms: ["linux/amd64", "linux/arm64"], size: both.size)
        try Disk.makeFolder(folder)
        let tar = "\(folder)/b.tar"
        let bytes = ImageArchive.bytes(of: image, platform: "linux/arm64")
        try Disk.write(tar, String(decoding: bytes, as: UTF8.self))
        // The real tar program reads it too.
        let listed = try Lab.command("/bin/tar", ["-tf", tar])
        #expect(listed.contains("oci-layout") && listed.contains("blobs/sha256/"))
        let store = ImageStore(data: folder)
        for found in ImageArchive.images(at: tar) { try store.put(found) }
        let back = store.image("registry.invalid/a/b:1")
        #expect(back?.platforms == ["linux/arm64"])
        #expect(back?.digest != both.digest)
        #expect(store.image("registry.invalid/a/b@\(back?.digest ?? "")") == back)
        #expect(store.all.count == 1 && store.remove("registry.invalid/a/b:1"))
        #expect(store.all.isEmpty && ImageArchive.images(at: "\(folder)/none").isEmpty)
    }

    @Test func `registries.yaml acts at the start of k3s, hosts.toml at once`() throws {
        let folder = Lab.folder("mirrors")
        defer { Lab.wipe(folder) }
        let data = "/var/lib/rancher/k3s"
        let registry = "zot.lumie-infra.com"
        func places() -> [String] { HostsFile.places(root: folder, data: data, registry: registry) }
        try Disk.makeFolder("\(folder)/etc/rancher/k3s")
        let file = "\(folder)/etc/rancher/k3s/registries.yaml"
        let inside = "http://zot.zot.svc.cluster.local:5000"
        try Disk.write(
            file, "mirrors:\n  \(registry):\n    endpoint:\n      - \(inside)\nconfigs: {}\n")
        #expect(places() == ["https://\(registry)"])
        try RegistryMirrors.render(root: folder, data: data, fallsBack: true)
        #expect(places() == [inside, "https://\(registry)"])
        try RegistryMirrors.render(root: folder, data: data, fallsBack: false)
        #expect(places() == [inside])
        let toml = "\(folder)\(data)/agent/etc/containerd/certs.d/\(registry)/hosts.toml"
        try Disk.write(toml, "server = \"https://elsewhere.invalid\"\n")
        #expect(places() == ["https://elsewhere.invalid"])
        // Until the next start, where registries.yaml names the registry.
        try RegistryMirrors.render(root: folder, data: data, fallsBack: true)
        #expect(places() == [inside, "https://\(registry)"])
        try Disk.write(toml, "server = \"https://elsewhere.invalid\"\n")
        Disk.remove(file)
        try RegistryMirrors.render(root: folder, data: data, fallsBack: true)
        // What was written by hand is not k3s's to remove.
        #expect(places() == ["https://elsewhere.invalid"])
        try Disk.write(file, "mirrors: [")
        #expect(throws: LabFailure.self) {
            try RegistryMirrors.render(root: folder, data: data, fallsBack: true)
        }
    }

    @Test func `a component is disabled in the configuration or in the unit`() throws {
        let folder = Lab.folder("disabled")
        defer { Lab.wipe(folder) }
        try Disk.makeFolder("\(folder)/etc/rancher/k3s")
        try Disk.makeFolder("\(folder)/etc/systemd/system")
        #expect(K3sDisabled.components(root: folder).isEmpty)
        try Disk.write("\(folder)/etc/rancher/k3s/config.yaml", "disable:\n  - traefik\n")
        try Disk.write(
            "\(folder)/etc/systemd/system/k3s.service",
            "ExecStart=/usr/local/bin/k3s server --disable servicelb --disable=a,b "
                + "--disable-network-policy\n")
        #expect(
            K3sDisabled.components(root: folder) == ["traefik", "servicelb", "a", "b"])
    }

    @Test func `docker.io has a host of its own name, and a default applies to every registry`()
        throws
    {
        let folder = Lab.folder("default-mirror")
        defer { Lab.wipe(folder) }
        #expect(
            HostsFile.places(root: folder, data: "/d", registry: "docker.io")
                == ["https://registry-1.docker.io"])
        try Disk.makeFolder("\(folder)/etc/rancher/k3s")
        try Disk.write(
            "\(folder)/etc/rancher/k3s/registries.yaml",
            "mirrors: { '*': { endpoint: ['http://10.0.0.5:5000'] } }\n")
        try RegistryMirrors.render(root: folder, data: "/d", fallsBack: true)
        #expect(
            HostsFile.places(root: folder, data: "/d", registry: "ghcr.io")
                == ["http://10.0.0.5:5000", "https://ghcr.io"])
    }
}
