internal import Glibc
internal import JSON

@testable internal import LabCluster

/// One cluster of the lab without hosts, for tools that put the real kubectl
/// before it:
///
///     bare-cluster FOLDER
///
/// Reads one JSON object a line and answers one line for each:
/// `{"start":PATH,"pace":MS,"controllers":BOOL}` makes a new world of the objects in a file
/// (a JSON array) and answers `{"kubeconfig":PATH}`; `{"put":OBJECT}`, `{"remove":OBJECT}`;
/// `{"agents":[NAME…]}` connects nodes; `{"outage":BOOL}`; `{"memory":true}` answers `{"KiB":N}`.
@main struct BareCluster {
    static func main() throws {
        let words = CommandLine.arguments
        guard words.count == 2 else {
            print("usage: bare-cluster FOLDER")
            exit(2)
        }
        signal(SIGPIPE, SIG_IGN)
        Allocator.keepFlat()
        var bench = Bench(folder: words[1])
        while let line = readLine() {
            do {
                let order = try JSONValue(parsing: Array(line.utf8))
                say(try bench.obey(order))
            } catch {
                say(["error": .string("\(error)")])
            }
        }
        bench.stop()
    }

    /// At once, whatever stands behind the pipe.
    private static func say(_ answer: JSONValue) {
        let line = answer.utf8 + [0x0A]
        _ = line.withUnsafeBytes { write(1, $0.baseAddress, $0.count) }
    }
}
