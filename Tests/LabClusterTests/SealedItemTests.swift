import Digest
import JSON
import Testing
import YAML

@testable import LabCluster

/// What upstream's own code sealed.
@Suite struct SealedItemTests {
    /// The folder of the vectors, beside this file.
    static let folder =
        #filePath.split(separator: "/").dropLast().map { "/\($0)" }.joined()
        + "/Vectors/sealed-secrets"

    static func document(_ path: String) throws -> JSONValue {
        try YAMLParser.parse(try Files.read("\(folder)/\(path)") ?? []).json
    }

    static let cases = Result { () throws -> [JSONValue] in
        let bytes = try Files.read("\(folder)/expected.json") ?? []
        return try JSONValue(parsing: bytes)["cases"]?.array ?? []
    }

    static func keys() throws -> [SealingKey] {
        try ["old", "current"].map { try SealingKey(secret: document("keys/\($0)-key.yaml")) }
    }

    @Test func `every item opens, or does not, as upstream's controller finds`() throws {
        let keys = try Self.keys().map(\.key)
        var count = 0
        for entry in try Self.cases.get() {
            let object = try Self.document(entry["file"]?.string ?? "")
            #expect(SealingScope(of: object).rawValue == entry["scope"]?.string)
            let label = SealingScope(of: object).label(
                name: object.name, namespace: object.namespace)
            #expect(label == entry["label_in_use"]?.string)
            for (item, wanted) in entry["items"]?.object ?? [:] {
                let text = object.at("spec", "encryptedData", item)?.string ?? ""
                let opened = SealedItem.open(text, label: label, with: keys)
                let digest = wanted["decrypts"] == true ? wanted["plaintext_sha256"]?.string : nil
                #expect(opened.map { SHA256.hex($0) } == digest, "\(object.name) \(item)")
                count += 1
            }
        }
        #expect(count == 16)
    }

    @Test(arguments: SealingScope.allCases)
    func `what is sealed here opens again, within its scope`(scope: SealingScope) throws {
        let pair = try Self.keys()[1]
        let object = try pair.seal(["a": "ü", "b": ""], name: "n", namespace: "s", scope: scope)
        #expect(SealingScope(of: object) == scope)
        func opens(_ name: String, _ namespace: String) -> Bool {
            let text = object.at("spec", "encryptedData", "a")?.string ?? ""
            let label = scope.label(name: name, namespace: namespace)
            return SealedItem.open(text, label: label, with: [pair.key]) == Array("ü".utf8)
        }
        #expect(opens("n", "s"))
        #expect(opens("other", "s") == (scope != .strict))
        #expect(opens("n", "other") == (scope == .clusterWide))
    }

    @Test(arguments: ["", "AA==", "AgA=", "no base 64", "//8AAAAA"])
    func `what is no sealed value opens with nothing`(text: String) throws {
        #expect(SealedItem.open(text, label: "", with: try Self.keys().map(\.key)) == nil)
    }
}
