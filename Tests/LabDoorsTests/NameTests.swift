import Glibc
import JSON
import LabCluster
import LabHosts
import Testing

@testable import LabDoors

@Suite struct NameTests {
    private static let coreDNS: [JSONValue] = [
        Sample.pod(
            "coredns-0", "kube-system", labels: ["k8s-app": "kube-dns"],
            image: "rancher/mirrored-coredns-coredns:1.12.3"),
        Sample.service(
            "kube-dns", "kube-system", "10.43.0.10", selector: ["k8s-app": "kube-dns"],
            ports: [53]),
        Sample.service("kubernetes", "default", "10.43.0.1", selector: [:], ports: [443]),
    ]

    private func lookup(_ estate: Estate, _ name: String, _ server: String) -> DNSAnswer? {
        let place = Network.Place(address: server, port: 53)
        guard case .names(let answer)? = estate.doors.network.answering(at: place) else {
            return nil
        }
        return answer(DNSMessage(address: name))
    }

    @Test func `cluster names answer only while CoreDNS is ready`() throws {
        let estate = try Estate(Self.coreDNS, lab: ["names": ["shop.example": "10.0.0.241"]])
        let name = "kubernetes.default.svc.cluster.local"
        #expect(lookup(estate, name, "10.43.0.10") == .addresses(["10.43.0.1"]))
        #expect(lookup(estate, "no.default.svc.cluster.local", "10.43.0.10") == .unknown)
        #expect(lookup(estate, "shop.example", "10.43.0.10") == .addresses(["10.0.0.241"]))
        #expect(lookup(estate, name, "192.0.2.53") == .unknown)
        var pod = Self.coreDNS[0]
        pod["status"] = ["phase": "Running"]
        try estate.put(pod)
        #expect(lookup(estate, name, "10.43.0.10") == nil)
    }

    @Test func `the names outside can be changed and broken`() throws {
        let estate = try Estate(lab: ["names": ["shop.example": "10.0.0.241"]])
        let resolver = NodeResolver(network: estate.doors.network, root: estate.paths.tree("m"))
        #expect(try resolver.addresses("shop.example") == ["10.0.0.241"])
        try estate.doors.setName("shop.example", to: "10.9.9.9")
        #expect(try resolver.addresses("shop.example") == ["10.9.9.9"])
        for (word, error) in [
            ("servfail", "server misbehaving"), ("silent", "i/o timeout"), (nil, "no such host"),
        ] {
            try estate.doors.setName("shop.example", to: word)
            #expect {
                try resolver.addresses("shop.example")
            } throws: { "\($0)" == "lookup shop.example on 192.0.2.53:53: \(error)" }
        }
        // The machine's own file comes first.
        try Disk.write("\(estate.paths.tree("m"))/etc/hosts", "10.1.1.1 shop.example\n")
        #expect(try resolver.addresses("shop.example") == ["10.1.1.1"])
    }

    @Test func `a name server answers over TCP too, several questions in a row`() throws {
        let address = "127.67.\(UInt8.random(in: 1...250)).\(UInt8.random(in: 1...250))"
        let door = try NameDoor(address: address, port: 5353) { question in
            question.name == "a.bc" ? .addresses(["1.2.3.4"]) : .unknown
        }
        defer { door.close() }
        let client = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        defer { close(client) }
        var place = sockaddr_in()
        place.sin_family = sa_family_t(AF_INET)
        place.sin_port = UInt16(5353).bigEndian
        inet_pton(AF_INET, address, &place.sin_addr)
        let isConnected = withUnsafePointer(to: place) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                connect(client, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
            }
        }
        try #require(isConnected)
        for (label, end) in [("a", [1, 2, 3, 4]), ("b", [0, 1, 0, 1])] as [(String, [UInt8])] {
            let query: [UInt8] =
                [7, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1] + Array(label.utf8) + [2]
                + Array("bc".utf8) + [0, 0, 1, 0, 1]
            let whole = [0, UInt8(query.count)] + query
            #expect(send(client, whole, whole.count, Int32(MSG_NOSIGNAL)) == whole.count)
            var head: [UInt8] = [0, 0]
            #expect(recv(client, &head, 2, Int32(MSG_WAITALL)) == 2)
            var reply = [UInt8](repeating: 0, count: Int(head[1]))
            #expect(recv(client, &reply, reply.count, Int32(MSG_WAITALL)) == reply.count)
            #expect(Array(reply.prefix(2)) == [7, 9] && Array(reply.suffix(4)) == end)
        }
    }

    @Test func `a message is answered in the format of DNS`() throws {
        let query: [UInt8] =
            [7, 9, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1] + Array("a".utf8) + [2] + Array("bc".utf8)
            + [0, 0, 1, 0, 1]
        let message = try #require(DNSMessage(query))
        #expect(message.name == "a.bc" && message.kind == .address)
        let reply = try #require(message.reply(.addresses(["1.2.3.4"])))
        #expect(Array(reply.prefix(8)) == [7, 9, 0x85, 0x80, 0, 1, 0, 1])
        #expect(Array(reply.suffix(4)) == [1, 2, 3, 4])
        #expect(message.reply(.unknown)?[3] == 0x83)
        #expect(message.reply(.failure)?[3] == 0x82)
        #expect(message.reply(.none) == nil)
        #expect(DNSMessage([]) == nil && DNSMessage(Array(query.dropLast(6))) == nil)
    }
}
