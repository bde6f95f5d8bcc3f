import Glibc
import LabCluster
import LabHosts
import Testing

@testable import recover_lab

/// The disks of the simulated machines are folders, and nothing on a machine
/// leads out of its own.
@Suite struct LabDisksTests {
    /// A lab's folder with one machine, `n`.
    private func lab(_ name: String) throws -> (LabDisks, LabPaths) {
        let folder = Lab.folder("disks-\(name)")
        try Disk.makeFolder(folder)
        let paths = LabPaths(root: folder)
        try Disk.makeFolder(paths.tree("n"))
        return (LabDisks(paths: paths), paths)
    }

    private func place(_ path: String, on node: String = "n") -> VolumePlace {
        VolumePlace(node: node, path: path)
    }

    @Test func `a link on a machine is followed as the machine would`() throws {
        let (disks, paths) = try lab("links")
        defer { Lab.wipe(paths.root) }
        let tree = paths.tree("n")
        try Disk.makeFolder("\(tree)/data/real")
        symlink("/data/real", "\(tree)/linked")
        symlink("../real", "\(tree)/data/beside")
        disks.fill(place("/linked"), "a")
        #expect(Disk.text("\(tree)/data/real/data") == "a")
        #expect(disks.exists(place("/data/beside/../beside")) == false)
        symlink("real", "\(tree)/data/sibling")
        #expect(disks.digest(of: place("/data/sibling")) == disks.digest(of: place("/linked")))
    }

    @Test func `neither a link nor dots lead out of the machine`() throws {
        let (disks, paths) = try lab("escape")
        defer { Lab.wipe(paths.root) }
        let tree = paths.tree("n")
        let outside = "\(paths.root)/precious"
        try Disk.makeFolder(outside)
        try Disk.write("\(outside)/file", "kept")
        symlink(outside, "\(tree)/absolute")
        symlink("../../precious", "\(tree)/relative")
        symlink("loop", "\(tree)/loop")
        for path in ["/absolute", "/relative", "/../../precious", "/a/../../../precious", "/loop"] {
            #expect(!disks.exists(place(path)), "\(path)")
            #expect(disks.digest(of: place(path)) == nil, "\(path)")
            disks.remove(place("\(path)/file"))
            disks.fill(place(path), "overwritten")
        }
        disks.make(place("/../../precious/more"))
        disks.remove(place("/../../precious"))
        #expect(Disk.text("\(outside)/file") == "kept")
        #expect(Disk.names(outside) == ["file"])
        #expect(Disk.exists("\(tree)/precious") == false)
    }

    @Test func `a copy holds what the source holds and nothing else`() throws {
        let (disks, paths) = try lab("copy")
        defer { Lab.wipe(paths.root) }
        let (source, target) = (place("/a"), place("/backup", on: ""))
        disks.make(source)
        disks.fill(source, "one")
        disks.fill(source, "two")
        disks.make(target)
        try Disk.write("\(paths.root)/outside/backup/old", "old")
        disks.copy(source, to: target)
        #expect(disks.digest(of: source) == disks.digest(of: target))
        #expect(Disk.names("\(paths.root)/outside/backup") == ["data"])
        #expect(Disk.text("\(paths.root)/outside/backup/data") == "one")
    }

    @Test func `a digest sees names, modes, links and bytes`() throws {
        let (disks, paths) = try lab("digest")
        defer { Lab.wipe(paths.root) }
        let volume = place("/v")
        disks.make(volume)
        disks.fill(volume, "x")
        let file = "\(paths.tree("n"))/v/data"
        var seen: Set<String?> = [disks.digest(of: volume)]
        func changes(_ body: () throws -> Void) rethrows {
            try body()
            #expect(seen.insert(disks.digest(of: volume)).inserted)
        }
        try changes { try Disk.write(file, "y") }
        changes { chmod(file, 0o600) }
        changes { symlink("data", "\(paths.tree("n"))/v/link") }
        changes { Disk.remove(file) }
        try changes { try Disk.makeFolder("\(paths.tree("n"))/v/empty") }
        disks.remove(volume)
        #expect(disks.digest(of: volume) == nil && !disks.exists(volume))
        // Of a machine that is not there nothing is made.
        disks.make(place("/v", on: "nobody"))
        #expect(!Disk.exists(paths.tree("nobody")))
    }
}
