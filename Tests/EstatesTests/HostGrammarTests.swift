import Estates
import Testing

@Suite struct `The grammar of hosts` {
    @Test(arguments: [
        "a", "n1", "a-b.c", "10.0.0.1", "255.255.255.255", "0.0.0.0", "1a", "a.b.c.d", "::", "::1",
        "fd00::1", "1:2:3:4:5:6:7:8", "1::8", "fe80::", "10.0.0.1.example", "0x7f.example",
        String(repeating: "a", count: 63),
    ])
    func `takes an address`(text: String) {
        #expect(HostGrammar.isAddress(text))
    }

    @Test(arguments: [
        "", ".", "a.", ".a", "a..b", "-a", "a-", "a.-b", "A", "a_b", "a b", " a", "a\n", "a\0",
        "`id`.example", "$(id)", "a;b", "-oProxyCommand=x", "a@b", "a/b", "a%b", "é", "ssh://a",
        "10.1", "10", "0x7f.1", "0x7f000001", "010.0.0.1", "1.2.3.256", "1.2.3.4.5", "1.2.3.",
        ":", ":::", "1:2:3:4:5:6:7", "1:2:3:4:5:6:7:8:9", "1::2::3", "12345::", "fe80::1%eth0",
        "FE80::1", "[::1]", "::1 ", "::ffff:1.2.3.4", "1:2:3:4::5:6:7:8", "g::", "::+1", "::-1",
        String(repeating: "a", count: 64), String(repeating: "a.", count: 127) + "ab",
    ])
    func `takes nothing else`(text: String) {
        #expect(!HostGrammar.isAddress(text), "\(text)")
    }

    @Test func `knows one address in two spellings`() {
        #expect(HostGrammar.canonical("fd00::1") == HostGrammar.canonical("fd00:0:0:0::0:0001"))
        #expect(HostGrammar.canonical("fd00::1") != HostGrammar.canonical("fd00::1:0"))
    }

    /// What each rule lets through has no character that means something to
    /// ssh, to a shell or in known_hosts, and never begins like an option.
    @Test func `lets nothing pass that means something elsewhere`() {
        var dice = Dice()
        let seeds = ["n1.example", "10.0.0.1", "fd00::1", "ops", "_x-1", "ssh-ed25519 AAAA+/="]
        var passed = 0
        for round in 0..<60_000 {
            var bytes = Array(seeds[round % seeds.count].utf8)
            for _ in 0..<Int.random(in: 1...3, using: &dice) {
                let place = Int.random(in: 0...bytes.count, using: &dice)
                let byte = UInt8.random(in: 0...255, using: &dice)
                if place < bytes.count, Bool.random(using: &dice) {
                    bytes[place] = byte
                } else {
                    bytes.insert(byte, at: place)
                }
            }
            let text = String(decoding: bytes, as: UTF8.self)
            let plain = Set("abcdefghijklmnopqrstuvwxyz0123456789.-".unicodeScalars)
            let scalars = Set(text.unicodeScalars)
            if HostGrammar.isAddress(text) {
                passed += 1
                #expect(scalars.isSubset(of: plain.union([":"])) && text.first != "-", "\(text)")
            }
            if HostGrammar.isUser(text) {
                passed += 1
                let user = plain.subtracting(["."]).union(["_"])
                #expect(scalars.isSubset(of: user) && text.first != "-", "\(text)")
                #expect(text.first?.isNumber == false && text.utf8.count <= 32)
            }
            if HostGrammar.isKey(text) {
                passed += 1
                #expect(text.split(separator: " ").count == 2)
                #expect(!text.contains { "\n\r\t*,!#|".contains($0) } && text.first != "@", "\(text)")
            }
        }
        #expect(passed > 1000, "the rounds show something only if some pass")
    }

    private struct Dice: RandomNumberGenerator {
        private var state: UInt64 = 0x9E37_79B9_7F4A_7C15
        mutating func next() -> UInt64 {
            state ^= state << 13
            state ^= state >> 7
            state ^= state << 17
            return state
        }
    }
}
