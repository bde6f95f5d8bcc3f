import Testing

@testable import Effects

@Suite struct `A secret that is given` {
    @Test(arguments: [
        ("", "is empty"), (" \n", "is empty"), ("short12", "shorter than 8"), ("short12\n", "shorter"),
        ("Password", "common word"), ("changeme\n", "common word"), ("aaaaaaaaaaaa", "common word"),
        ("kubernetes", "common word"),
    ])
    func `is refused where it could not be masked, and what to do is said`(text: String, why: String) {
        let refusal = SecretRule.refusal(Exhibits.bytes(text))
        #expect(refusal?.contains(why) == true, "\(refusal ?? "it was taken")")
        #expect(refusal?.contains(";") == true)
    }

    @Test func `is refused where it is too large`() {
        let large = [UInt8](repeating: 0x61, count: SecretRule.longest + 1)
        #expect(SecretRule.refusal(large)?.contains("64 KiB") == true)
    }

    @Test(arguments: ["K10f3a9::server:0", "correct horse", "hunter2-is-longer\n", "p4ssw0rd!"])
    func `is taken where it is a secret`(text: String) {
        #expect(SecretRule.refusal(Exhibits.bytes(text)) == nil)
    }
}
