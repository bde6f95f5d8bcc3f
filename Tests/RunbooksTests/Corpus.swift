import Glibc
import Processes
import Testing

/// The documents nobody should write, with what is said about each.
///
/// A file's first line says it: `# B13 | RB-TYPE 4:10, … | exit 3`.
enum Corpus {
    static let folder = root + "/Tests/RunbooksTests/Corpus"

    /// One of them.
    struct Exhibit: Hashable, CustomStringConvertible {
        let name: String
        /// Row of the table of bad input.
        let row: String
        /// `CODE line:column` each, sorted.
        let findings: [String]
        let exit: Int32

        var codes: [String] { findings.map { String($0.prefix { $0 != " " }) } }
        var description: String { "\(name): \(findings.joined(separator: ", "))" }
    }

    static func exhibits() throws -> [Exhibit] {
        try names(in: folder).map { name in
            let text = try #require(Files.text("\(folder)/\(name).yaml"), "\(name)")
            let line = text.prefix { $0 != "\n" }.dropFirst(2)
            let parts = line.split(separator: "|").map { trimmed($0) }
            let exit = try #require(
                parts.count == 3 ? Int32(parts[2].dropFirst(5)) : nil, "\(name)")
            let findings = parts[1].split(separator: ",").map { trimmed($0) }.sorted()
            return Exhibit(name: name, row: parts[0], findings: findings, exit: exit)
        }
    }

    private static func trimmed(_ text: Substring) -> String {
        text.split(separator: " ").joined(separator: " ")
    }

    static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            if name.hasSuffix(".yaml") { names.append(String(name.dropLast(5))) }
        }
        return names.sorted()
    }
}

/// Files of a test.
enum Files {
    static func text(_ path: String) -> String? {
        bytes(path).map { String(decoding: $0, as: UTF8.self) }
    }

    static func bytes(_ path: String) -> [UInt8]? {
        guard let file = fopen(path, "r") else { return nil }
        defer { fclose(file) }
        var bytes: [UInt8] = [], chunk = [UInt8](repeating: 0, count: 1 << 16)
        while case let count = fread(&chunk, 1, chunk.count, file), count > 0 {
            bytes += chunk[..<count]
        }
        return bytes
    }

    static func write(_ bytes: some Sequence<UInt8>, to path: String) throws {
        let bytes = Array(bytes)
        let file = try #require(fopen(path, "w"), "\(path)")
        #expect(fwrite(bytes, 1, bytes.count, file) == bytes.count)
        #expect(fclose(file) == 0)
    }

    /// A new folder, gone afterwards.
    static func withFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
        var template = Array("/tmp/runbooks-tests-XXXXXX".utf8CString)
        try #require(mkdtemp(&template) != nil)
        let path = String(
            decoding: template.dropLast().map { UInt8(bitPattern: $0) }, as: UTF8.self)
        defer { _ = try? tool("/bin/rm", ["-rf", path]) }
        return try body(path)
    }

    /// Runs a program that must succeed.
    @discardableResult
    static func tool(_ program: String, _ arguments: [String]) throws -> String {
        let captured = try Command(program, arguments, environment: ["PATH": "/usr/bin:/bin"])
            .capture(deadline: .seconds(120), window: 16 << 20)
        try #require(captured.ending.isSuccess, "\(program): \(captured.error.text)")
        return captured.output.text
    }
}
