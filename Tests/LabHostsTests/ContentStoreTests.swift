import LabHosts
import Processes
import Testing

@testable import LabHosts

@Suite struct ContentStoreTests {
    private func folder(_ name: String) throws -> String {
        let path = Lab.folder("images-\(name)")
        try Disk.makeFolder(path)
        return path
    }

    private func remove(_ path: String) {
        _ = try? Command("/bin/rm", ["-rf", path]).capture(deadline: .seconds(30))
    }

    @Test func `short names are full ones`() {
        #expect(ContentStore.fullName("busybox") == "docker.io/library/busybox:latest")
        #expect(ContentStore.fullName("rancher/pause:3.6") == "docker.io/rancher/pause:3.6")
        #expect(ContentStore.fullName("zot.example:5000/a/b") == "zot.example:5000/a/b:latest")
    }

    @Test func `an exported image is the same image on another machine`() throws {
        let here = try folder("here")
        let there = try folder("there")
        defer { [here, there].forEach(remove) }
        let store = ContentStore(root: here)
        try store.add("drill/web:1.0", architecture: "arm64")
        let image = try #require(store.image("drill/web:1.0"))
        try store.export([image], to: "\(here)/web.tar")
        let other = ContentStore(root: there)
        #expect(other.image("drill/web:1.0") == nil)
        #expect(try other.importArchive("\(here)/web.tar") == ["docker.io/drill/web:1.0"])
        #expect(other.image("drill/web:1.0") == image)
        #expect(try other.remove("drill/web:1.0") && other.image("drill/web:1.0") == nil)
        #expect(try !other.remove("drill/web:1.0"))
    }

    @Test func `what was imported need not be pulled, and what was pulled is listed`() throws {
        let here = try folder("both")
        defer { remove(here) }
        let store = ContentStore(root: here)
        let pulled = ImageStore(data: "\(here)/var/lib/rancher/k3s")
        try store.add("drill/web:1.0", architecture: "arm64")
        let web = try #require(pulled.image("drill/web:1.0"))
        #expect(web.platforms == ["linux/arm64"])
        #expect(web.digest == store.image("drill/web:1.0")?.digest)
        try pulled.put(
            StoredImage(
                name: "docker.io/drill/db:2", digest: "sha256:00", platforms: ["linux/amd64"],
                size: 1))
        #expect(store.image("drill/db:2")?.architecture == "amd64")
        #expect(try store.remove("drill/db:2") && pulled.image("drill/db:2") == nil)
        #expect(try store.remove("drill/web:1.0") && pulled.image("drill/web:1.0") == nil)
    }

    @Test func `a changed blob in an archive is refused`() throws {
        let here = try folder("broken")
        defer { remove(here) }
        let store = ContentStore(root: here)
        try store.add("a", architecture: "amd64")
        try store.export(store.images, to: "\(here)/a.tar")
        let script = """
            mkdir x && tar -xf a.tar -C x && for f in x/blobs/sha256/*; do echo >>$f; done
            tar -cf b.tar -C x .
            """
        _ = try Command("/bin/sh", ["-ec", script], directory: here).capture(deadline: .seconds(30))
        #expect(throws: LabFailure.self) { try store.importArchive("\(here)/b.tar") }
    }
}
