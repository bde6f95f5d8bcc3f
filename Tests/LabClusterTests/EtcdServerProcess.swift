import Glibc
import Processes
import Synchronization

@testable import LabCluster

/// The programs of Debian's etcd packages, as `packaging/setup` unpacks them.
enum EtcdTools {
    static func path(_ name: String) -> String {
        let root = getenv("RECOVER_LAB_TOOLS").map { String(cString: $0) }
        let parts = #filePath.split(separator: "/").dropLast(3)
        let own = "/" + parts.joined(separator: "/") + "/.build/tools/root"
        return "\(root ?? own)/usr/bin/\(name)"
    }
}

/// `k3s server` as a thread and a real etcd: no machine, no sandbox.
final class EtcdServerProcess: ServerConsole {
    let server: ServerFolder
    let settings = Mutex<ServerSettings>(ServerSettings(nodeName: "", address: "", names: []))
    private let etcd = Mutex<pid_t>(0)
    private let ended = Mutex(false)
    private let deadline = Mutex(ContinuousClock.now + .seconds(60))
    let lines = Mutex<[String]>([])

    init(_ name: String, address: String, in folder: Folder) {
        server = ServerFolder(
            path: "\(folder.path)/\(name)/server", shown: "\(folder.path)/\(name)/server")
        settings.withLock {
            $0 = ServerSettings(nodeName: name, address: address, names: [])
        }
    }

    deinit { kill() }

    var boot: ServerBoot { ServerBoot(server, settings.withLock { $0 }) }
    var address: String { settings.withLock { $0.address } }
    /// A server that does not get up within a minute is given up.
    var isGone: Bool { ended.withLock { $0 } || ContinuousClock.now > deadline.withLock { $0 } }

    func log(_ level: String, _ text: String) { lines.withLock { $0.append(text) } }

    func startEtcd(_ arguments: [String]) {
        let log = open("\(server.path)/etcd.log", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o600)
        defer { close(log) }
        let started = try? Spawn.start(
            Command(EtcdTools.path("etcd"), arguments), descriptors: [-1, log, log])
        etcd.withLock { $0 = started ?? 0 }
        deadline.withLock { $0 = ContinuousClock.now + .seconds(60) }
    }

    func stopEtcd() { end(SIGTERM) }

    /// The machine loses its power.
    func kill() {
        ended.withLock { $0 = true }
        end(SIGKILL)
    }

    private func end(_ signal: Int32) {
        etcd.withLock { pid in
            guard pid > 0 else { return }
            Glibc.kill(pid, signal)
            var status: Int32 = 0
            waitpid(pid, &status, 0)
            pid = 0
        }
    }

    /// The machine is switched on again.
    func revive() { ended.withLock { $0 = false } }

    func text(_ name: String) -> String {
        String(decoding: (try? Files.read(server.file(name))) ?? [], as: UTF8.self)
    }

    func names(_ folder: String) -> [String] {
        let done = try? Command("/bin/ls", [server.file(folder)]).capture(deadline: .seconds(5))
        return (done?.output.text ?? "").split(separator: "\n").map(String.init)
    }
}
