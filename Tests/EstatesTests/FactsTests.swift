import Estates
import JSON
import Testing

@Suite struct `The five shipped estates` {
    static let tables = [
        (MixedCloudFacts.estate, MixedCloudFacts.table),
        (RegistryFacts.estate, RegistryFacts.table),
        (RaspberryFacts.estate, RaspberryFacts.table),
        (CiliumFacts.estate, CiliumFacts.table), (TierFacts.estate, TierFacts.table),
    ]

    static func shipped(_ name: String) throws -> Estate {
        try Estate(reading: `An estate`.root + "/snapshots/\(name)/estate.yaml")
    }

    @Test(arguments: tables)
    func `hold every fact their sources state`(name: String, table: String) throws {
        let estate = try Self.shipped(name)
        let rows = table.split(separator: "\n")
        #expect(rows.count > 30)
        for row in rows {
            let parts = row.split(separator: " = ", maxSplits: 1).map(String.init)
            try #require(parts.count == 2, "\(row)")
            let fact = try #require(estate.fact(parts[0]), "\(name): \(parts[0]) is not there")
            #expect(Self.text(fact) == parts[1], "\(name): \(parts[0])")
        }
    }

    /// Lists with commas, mappings as `key value` without commas.
    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .string(let text): text
        case .array(let elements): elements.map(text).joined(separator: ", ")
        case .object(let members):
            members.sorted { $0.key < $1.key }.map { "\($0.key) \(text($0.value))" }
                .joined(separator: " ")
        default: value.text
        }
    }

    @Test func `have no fact where the path leads nowhere`() throws {
        let estate = try Self.shipped("lumie")
        #expect(estate.fact("clusters lumi version") == nil)
        #expect(estate.fact("nodes k3s-master version further") == nil)
        #expect(estate.stated("clusters lumie datastore") == nil)
        #expect(estate.stated("clusters lumie version") == "v1.34.3+k3s1")
        #expect(estate.unknowns.contains("clusters lumie datastore"))
        #expect(!estate.unknowns.contains("clusters lumie version"))
    }
}
