internal import Effects
internal import Estates
internal import Glibc
internal import JSON
internal import Journal
internal import RecoveryEngine
internal import Runbooks
internal import YAML

/// Where things are: options over environment over defaults, resolved once.
/// Nothing else reads the environment.
struct Site {
    /// Options every command knows.
    static let options = ["estate", "journal", "library"]
    /// Options that bring a second person's signature.
    static let approval = ["approver", "signature"]
    static let version = "0.1.0"

    /// Folder with `runbooks/` and `snapshots/`.
    let library: String
    /// Folder of the journal.
    let journal: String
    /// State that is no journal: locks of clusters.
    let state: String
    /// A second place for the journal's newest head.
    let anchors: String
    let bindings: String
    /// Folder of this program and its siblings.
    let programs: String
    let path: String
    /// The second person of an approval: name and signature file.
    let approver: (name: String, signature: String)?
    /// For tests: where to stop.
    let failpoint: String?
    let screen: Screen

    init(_ invocation: Invocation) throws(Refusal) {
        let home = Self.variable("HOME") ?? Self.home()
        func place(_ variable: String, _ fallback: String) throws(Refusal) -> String {
            if let folder = Self.variable(variable), folder.hasPrefix("/") { return folder }
            guard let home else {
                throw Refusal(
                    .usage,
                    "HOME and \(variable) are not set, and the passwd file has no home for uid "
                        + "\(getuid()); type: HOME=DIR recover …")
            }
            return "\(home)/\(fallback)"
        }
        programs = Self.ownFolder()
        library = try Self.findLibrary(
            invocation["library"] ?? Self.variable("RECOVER_LIBRARY"), programs)
        state = try place("XDG_STATE_HOME", ".local/state") + "/recover"
        journal = Self.absolute(invocation["journal"]) ?? state
        anchors = try place("XDG_DATA_HOME", ".local/share") + "/recover/anchors"
        bindings = try place("XDG_CONFIG_HOME", ".config") + "/recover/bindings"
        path = Self.variable("PATH") ?? "/usr/local/bin:/usr/bin:/bin"
        if let name = invocation["approver"], let file = Self.absolute(invocation["signature"]) {
            approver = (name, file)
        } else {
            approver = nil
        }
        failpoint = Self.variable("RECOVER_FAILPOINT")
        screen = Screen(isTerminal: isatty(1) == 1, variable: Self.variable)
    }

    var runbooks: RunbookLibrary { RunbookLibrary(directory: library + "/runbooks") }

    /// The second person, if the command line brings their signature and the
    /// binding knows them.
    func second(_ binding: Binding) throws(Refusal) -> SecondPerson? {
        guard let approver else { return nil }
        guard let key = binding.approvers[approver.name] else {
            let names = binding.approvers.keys.sorted()
            throw Refusal(
                .usage,
                "AP-WHO: the binding has no approver '\(approver.name)'"
                    + NearestName.hint(approver.name, among: names))
        }
        return SecondPerson(name: approver.name, key: key, signature: approver.signature)
    }

    /// Who writes the journal.
    var by: JSONValue { ["user": .string(Self.user()), "host": .string(Self.host())] }

    /// The same in words.
    var owner: String { "\(Self.user()) on \(Self.host())" }

    private static func variable(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
    }

    static func absolute(_ path: String?) -> String? {
        guard let path, !path.hasPrefix("/") else { return path }
        guard let here = getcwd(nil, 0) else { return path }
        defer { free(here) }
        return "\(String(cString: here))/\(path)"
    }

    private static func ownFolder() -> String {
        var buffer = [UInt8](repeating: 0, count: 4096)
        let count = readlink("/proc/self/exe", &buffer, buffer.count)
        let path = String(decoding: buffer.prefix(max(0, count)), as: UTF8.self)
        return path.split(separator: "/").dropLast().map { "/\($0)" }.joined()
    }

    /// The given folder, the current one, or one above the program's.
    private static func findLibrary(_ given: String?, _ programs: String) throws(Refusal) -> String
    {
        let candidates =
            given.map { [$0] } ?? [
                ".", programs + "/..", programs + "/../../..", "/usr/share/recover",
            ]
        for candidate in candidates where access("\(candidate)/runbooks", R_OK) == 0 {
            return absolute(candidate) ?? candidate
        }
        throw Refusal(
            .usage,
            "there is no folder 'runbooks' in \(candidates.joined(separator: ", "))\n"
                + "Type: recover --library DIR …  (the folder that holds runbooks/ and snapshots/)")
    }

    private static func home() -> String? {
        getpwuid(getuid()).map { String(cString: $0.pointee.pw_dir) }
            .flatMap { $0.hasPrefix("/") && $0 != "/" ? $0 : nil }
    }

    private static func user() -> String {
        getpwuid(getuid()).map { String(cString: $0.pointee.pw_name) } ?? "uid \(getuid())"
    }

    private static func host() -> String {
        var name = [CChar](repeating: 0, count: 256)
        gethostname(&name, name.count - 1)
        return String(
            decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
