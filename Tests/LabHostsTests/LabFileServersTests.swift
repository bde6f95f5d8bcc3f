import LabCluster
import Testing

@testable import LabHosts
@testable import recover_lab

@Suite struct LabFileServersTests {
    private let server = "192.0.2.5"

    private func lab(_ name: String) throws -> (LabFileServers, LabPaths) {
        let folder = Lab.folder("nfs-\(name)")
        try Disk.makeFolder("\(folder)/outside/nfs/\(server)/srv")
        try Disk.write("\(folder)/outside/nfs/\(server)/srv/film", "old")
        let paths = LabPaths(root: folder)
        try Disk.makeFolder("\(paths.tree("n"))/run")
        return (LabFileServers(paths, nodes: ["n"]), paths)
    }

    @Test func `a server that was stopped comes back as it was`() throws {
        let (servers, paths) = try lab("stop")
        defer { Lab.wipe(paths.root) }
        try servers.stop(server)
        #expect(servers.state(of: server) == FileServerState(isUp: false, generation: 0))
        // Somebody else looks, such as the same lab after its stop.
        let again = LabFileServers(paths, nodes: ["n"])
        again.refresh()
        #expect(!again.state(of: server).isUp && again.state(of: "other").isUp)
        try again.start(server)
        #expect(again.state(of: server) == FileServerState())
        try again.renew(server)
        #expect(again.state(of: server) == FileServerState(isUp: true, generation: 1))
    }

    @Test func `without its disk it exports an empty folder, and the bytes come back`() throws {
        let (servers, paths) = try lab("empty")
        defer { Lab.wipe(paths.root) }
        try servers.empty(server)
        let disks = LabDisks(paths: paths)
        let place = VolumePlace(node: "", path: "/nfs/\(server)/srv")
        #expect(!disks.exists(place) && servers.isEmpty(server))
        disks.make(place)
        disks.fill(place, "begun anew")
        try servers.empty(server)
        try servers.start(server)
        #expect(Disk.text("\(paths.outside)/nfs/\(server)/srv/film") == "old")
        #expect(Disk.names("\(paths.outside)/nfs/\(server)/srv") == ["film"])
        #expect(servers.state(of: server).generation > 1 && !servers.isEmpty(server))
    }

    @Test func `mounts stand on the machine until it starts anew`() throws {
        let (servers, paths) = try lab("mounts")
        defer { Lab.wipe(paths.root) }
        var mount = FileMount(
            pod: "u1", volume: "v", server: server, path: "/srv", target: "/t", generation: 0)
        servers.mount(mount, on: "n")
        mount.isStuck = true
        servers.mount(mount, on: "n")
        #expect(servers.mounts(on: "n") == [mount])
        try servers.stop(server)
        servers.kubeletStarted(on: "n")
        #expect(servers.mounts(on: "n") == [mount])
        try servers.start(server)
        servers.kubeletStarted(on: "n")
        #expect(servers.mounts(on: "n").isEmpty)
        servers.mount(mount, on: "n")
        Disk.removeTree("\(paths.tree("n"))/run")
        servers.refresh()
        #expect(servers.mounts(on: "n").isEmpty)
    }

    @Test func `mount, umount and showmount speak of them`() throws {
        let mount = NodeMount(
            pod: "u", volume: "v", server: server, path: "/srv", target: "/t", generation: 0,
            isStuck: false, isDetached: false)
        let up = MountPrograms(mounts: [mount]) { _ in ["/srv"] }
        let down = MountPrograms(mounts: [mount]) { _ in nil }
        guard case .answer(let list)? = up.run("mount", ["-t", "nfs4"]) else {
            Issue.record("no list")
            return
        }
        #expect(list.output.hasPrefix("192.0.2.5:/srv on /t type nfs4"))
        #expect(
            up.run("showmount", ["-e", server])
                == .answer(ShimAnswer(output: "Export list for 192.0.2.5:\n/srv *\n")))
        guard case .hangs? = down.run("showmount", ["-e", server]),
            case .hangs? = down.run("umount", ["-f", "/t"])
        else {
            Issue.record("somebody answered")
            return
        }
        var detached = mount
        detached.isDetached = true
        #expect(down.run("umount", ["-f", "-l", "/t"]) == .changed(detached))
        guard case .answer(let busy)? = up.run("umount", ["/t"]),
            case .answer(let none)? = up.run("umount", ["-l", "/x"])
        else {
            Issue.record("not refused")
            return
        }
        #expect(busy.exit == 32 && none.exit == 32)
        #expect(up.run("mount", ["/dev/sda1", "/mnt"]) == nil)
        #expect(up.run("umount", ["-a"]) == nil && up.run("showmount", []) == nil)
    }

    @Test func `the Git host knows two services and takes no other word`() {
        let call = GitSession.Call("git-upload-pack '/desired-state.git'")
        #expect(call?.service == "upload-pack" && call?.repository == "/desired-state.git")
        #expect(GitSession.Call("git-receive-pack '/x'")?.service == "receive-pack")
        for line in [
            "", "sh", "git-upload-archive '/x'", "git-upload-pack /x", "git-upload-pack '/x'; id",
            "git-upload-pack '/x' '/y'", "git-upload-pack '",
        ] { #expect(GitSession.Call(line) == nil, "\(line)") }
    }
}
