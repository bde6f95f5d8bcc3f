import Glibc
import JSON
import Processes
import Testing
import YAML

@testable import Estates

@Suite struct `The JSON Schema of estates` {
    private static let root = #filePath.split(separator: "/").dropLast(3).map { "/\($0)" }.joined()

    /// An estate that is right, and needs no more than it has.
    private static let base: JSONValue = [
        "estate": 1, "name": "e", "clusters": [["name": "c"]],
        "nodes": [["name": "n", "cluster": "c", "role": "server"]],
    ]

    /// One of every form a value can have.
    private static let values: [JSONValue] = [
        "text", "unknown", "c", .null, 7, "10.0.0.0/8", "8 GB", "outside", ["c"], [7],
        [["any": ["c"]]], [["most": ["c", "n"]]], [["any": []]], [["some": ["c"]]],
        [["any": ["c"], "most": ["c"]]], [["name": "c"]], [[]], ["word": "text"],
    ]

    /// One word for each form in each list: the schema is made from the forms.
    private static func words(_ words: [String: EstateSchema.Kind]) -> [String] {
        let special: Set = ["name", "role", "estate"]
        let groups = Dictionary(grouping: words.filter { !special.contains($0.key) }) { $0.value }
        return groups.values.compactMap { $0.map(\.key).min() }
            + special.filter { words[$0] != nil }
    }

    /// Whether every value is taken or refused by both alike. The reader also
    /// follows names; that is no matter of form.
    @Test func `takes and refuses what the reader takes and refuses`() throws {
        var taken: [JSONValue] = [], refused: [JSONValue] = []
        for value in Self.values {
            for word in Self.words(EstateSchema.estate) {
                var estate = Self.base
                estate[word] = value
                try sort(estate, &taken, &refused)
            }
            for (list, words) in EstateSchema.things {
                for word in Self.words(words) {
                    var thing: JSONValue = Self.base[list]?[0] ?? [:]
                    thing[word] = value
                    var estate = Self.base
                    estate[list] = [thing]
                    try sort(estate, &taken, &refused)
                }
            }
        }
        #expect(taken.count > 200)
        #expect(refused.count > 100)
        // A list is as good as its worst.
        #expect(try validate([.array(taken)]).map { $0.prefix(6) } == ["valid "])
        let found = try validate(refused)
        #expect(found.count == refused.count)
        for (estate, answer) in zip(refused, found) where !answer.hasPrefix("invalid ") {
            Issue.record("the schema takes \(estate.text)")
        }
    }

    private func sort(
        _ estate: JSONValue, _ taken: inout [JSONValue], _ refused: inout [JSONValue]
    ) throws {
        let problems = EstateRules(file: "").problems(try YAMLParser.parse(estate.utf8))
        if problems.isEmpty {
            taken.append(estate)
        } else if problems.contains(where: { ["ES-TYPE", "ES-EMPTY", "ES-ROLE"].contains($0.code) })
        {
            refused.append(estate)
        }
    }

    @Test func `knows each word the reader knows, and no other`() throws {
        let properties = EstateJSONSchema.json["properties"]?.object ?? [:]
        #expect(Set(properties.keys) == Set(EstateSchema.estate.keys))
        for (list, words) in EstateSchema.things {
            let items = properties[list]?["items"] ?? properties[list]?["anyOf"]?[0]?["items"]
            #expect(Set(items?["properties"]?.object?.keys.map { $0 } ?? []) == Set(words.keys))
        }
    }

    @Test func `takes the estates that are shipped`() throws {
        let names = ["flux-cilium", "lumie", "oci-layer7", "proxmox-tiers", "rpi-ha"]
        let paths = names.map { "\(Self.root)/snapshots/\($0)/estate.yaml" }
        #expect(try validate(paths) == paths.map { "valid \($0)" })
    }

    private func validate(_ documents: [JSONValue]) throws -> [String] {
        var template = Array("/tmp/estates-schema-XXXXXX".utf8CString)
        let folder = try #require(mkdtemp(&template).map { String(cString: $0) })
        let paths = documents.indices.map { "\(folder)/\($0).json" }
        defer {
            for path in paths { unlink(path) }
            rmdir(folder)
        }
        for (path, document) in zip(paths, documents) {
            let file = try #require(fopen(path, "w"))
            fputs(document.text, file)
            fclose(file)
        }
        return try validate(paths)
    }

    /// Fails when there is no validator: `make setup` brings it.
    private func validate(_ paths: [String]) throws -> [String] {
        let script = "\(Self.root)/Tests/RunbooksTests/Corpus/validate.py"
        return try Files.with(EstateJSONSchema.json.text) { schema in
            let captured = try Command(
                "/usr/bin/python3", [script, schema] + paths, environment: ["PATH": "/usr/bin:/bin"]
            ).capture(deadline: .seconds(120), window: 16 << 20)
            try #require(captured.ending.isSuccess, "\(captured.error.text)")
            return captured.output.text.split(separator: "\n").map(String.init)
        }
    }
}
