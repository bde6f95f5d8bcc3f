import JSON
import Testing

@testable import LabCluster

@Suite struct ListTests {
    @Test func `a list comes in pieces`() throws {
        let simulation = try Simulation((1...5).map { Sample.node("w\($0)") })
        var names: [String] = []
        var left: [Int?] = []
        var target = "/api/v1/nodes?limit=2"
        while true {
            let page = try simulation.request("GET", target)
            names += (page["items"]?.array ?? []).map(\.name)
            left.append(page.at("metadata", "remainingItemCount")?.int)
            guard let token = page.at("metadata", "continue")?.string else { break }
            target = "/api/v1/nodes?limit=2&continue=\(token)"
        }
        #expect(names == ["w1", "w2", "w3", "w4", "w5"])
        #expect(left == [3, 1, nil])
        let cached = try simulation.request("GET", "/api/v1/nodes?limit=2&resourceVersion=0")
        #expect(cached["items"]?.array?.count == 5)
    }

    @Test func `a token behind the history is refused, and the refusal goes on`() throws {
        let simulation = try Simulation((1...3).map { Sample.node("w\($0)") })
        let token = ListPage.Token(
            revision: -5, start: ListPage.Place(namespace: "", name: "w1"))
        let refusal = try #require(
            simulation.refusal("GET", "/api/v1/nodes?limit=1&continue=\(token.text)"))
        #expect(refusal.code == 410 && refusal.reason == "Expired")
        let again = try #require(refusal.body.at("metadata", "continue")?.string)
        let rest = try simulation.request("GET", "/api/v1/nodes?continue=\(again)")
        #expect(rest["items"]?.array?.map(\.name) == ["w2", "w3"])
    }

    @Test func `a revision that is yet to come is not there`() throws {
        let simulation = try Simulation([])
        #expect(simulation.refusal("GET", "/api/v1/nodes?resourceVersion=99999")?.code == 504)
    }

    @Test func `what nobody can read is refused`() throws {
        let simulation = try Simulation([])
        #expect(
            simulation.refusal(
                "GET", "/api/v1/nodes", headers: ["accept": "application/xml"])?.code == 406)
        let both = "application/vnd.kubernetes.protobuf,application/json"
        #expect(
            try simulation.request("GET", "/api/v1/nodes", headers: ["accept": both]).kind
                == "NodeList")
    }
}
