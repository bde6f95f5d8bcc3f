internal import Glibc
@testable internal import Effects
internal import Processes
internal import RecoveryEngine

/// Runs a program under the keeper, as the engine does, and says what that took:
///
///     flood KEEPER FOLDER PROGRAM [ARGUMENT…]
///
/// Prints the milliseconds from start to end, the bytes kept and the most
/// memory this process ever had, in KiB. The tests ask for the memory, the
/// bench for the time.
@main struct Flood {
    static func main() {
        let words = CommandLine.arguments
        guard words.count > 3 else {
            print("usage: flood KEEPER FOLDER PROGRAM [ARGUMENT…]")
            exit(2)
        }
        let keeper = Keeper(path: words[1], directory: words[2])
        guard let lock = keeper.lock("flood") else {
            print("the lock in \(words[2]) cannot be taken")
            exit(1)
        }
        let began = ContinuousClock.now
        let performed = keeper.run(
            Command(words[3], Array(words[4...]), environment: ["PATH": "/usr/bin:/bin"]),
            attempt: "flood", lock: lock, deadline: .seconds(600), stop: { false }, reached: { _ in })
        let took = (ContinuousClock.now - began).milliseconds
        unlink(keeper.lockPath("flood"))
        guard case .ended(.exited(0), let stdout, let stderr, _) = performed else {
            print("it did not end well: \(performed)")
            exit(1)
        }
        print("milliseconds \(took)\nkept \(stdout.count + stderr.count)\npeak \(peak())")
    }

    /// `VmHWM`, in KiB.
    private static func peak() -> Int {
        guard let file = fopen("/proc/self/status", "r") else { return -1 }
        defer { fclose(file) }
        var line = [CChar](repeating: 0, count: 256)
        while fgets(&line, 256, file) != nil {
            let text = String(decoding: line.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
            if text.hasPrefix("VmHWM:") { return Int(text.filter(\.isNumber)) ?? -1 }
        }
        return -1
    }
}
