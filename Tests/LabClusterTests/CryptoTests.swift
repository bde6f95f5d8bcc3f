import Digest
import JSON
import Testing

@Suite struct CryptoTests {
    private static let key = Result { try RSAKey.generate(bits: 2048) }

    @Test(arguments: [0, 1, 15, 16, 17, 4096])
    func `AES-GCM opens what it sealed, and nothing that was changed`(count: Int) throws {
        let key = Random.bytes(32), nonce = Random.bytes(12)
        let text = Random.bytes(count)
        let sealed = try AESGCM.seal(text, key: key, nonce: nonce)
        #expect(sealed.count == count + AESGCM.tagSize)
        #expect(try AESGCM.open(sealed, key: key, nonce: nonce) == text)
        for index in [0, sealed.count - 1] {
            var changed = sealed
            changed[index] ^= 1
            #expect(throws: CryptoFailure.self) {
                try AESGCM.open(changed, key: key, nonce: nonce)
            }
        }
        #expect(throws: CryptoFailure.self) {
            try AESGCM.open(sealed, key: Random.bytes(32), nonce: nonce)
        }
        #expect(throws: CryptoFailure.self) {
            try AESGCM.open(Array(sealed.prefix(15)), key: key, nonce: nonce)
        }
        #expect(throws: CryptoFailure.self) {
            try AESGCM.seal(text, key: Random.bytes(31), nonce: nonce)
        }
    }

    /// The second test case of the algorithm's submission for 256 bits: zeros.
    @Test func `AES-GCM agrees with the published vector`() throws {
        let zeros = [UInt8](repeating: 0, count: 32)
        let sealed = try AESGCM.seal(
            Array(zeros.prefix(16)), key: zeros, nonce: Array(zeros.prefix(12)))
        #expect(
            SHA256.hexadecimal(sealed)
                == "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919")
    }

    @Test func `OAEP opens only under its label and its key`() throws {
        let key = try Self.key.get()
        let label = Array("prod/db".utf8)
        let sealed = try key.encrypt([1, 2, 3], label: label)
        #expect(sealed.count == key.size && key.size == 256)
        #expect(try key.decrypt(sealed, label: label) == [1, 2, 3])
        #expect(throws: CryptoFailure.self) { try key.decrypt(sealed, label: []) }
        #expect(throws: CryptoFailure.self) {
            try RSAKey.generate(bits: 2048).decrypt(sealed, label: label)
        }
        let open = try key.encrypt([], label: [])
        #expect(try key.decrypt(open, label: []) == [])
    }

    @Test func `a key and its certificate survive as PEM`() throws {
        let key = try Self.key.get()
        let text = try key.pem()
        #expect(String(decoding: text, as: UTF8.self).hasPrefix("-----BEGIN RSA PRIVATE KEY"))
        #expect(try RSAKey(pem: text).matches(key))
        let certificate = try Certificate.selfSigned(key, notBefore: 1_800_000_000, lifetime: 60)
        let read = try Certificate(pem: certificate.pem())
        #expect(read.notBefore == 1_800_000_000 && read.notAfter == 1_800_000_060)
        #expect(read.key?.matches(key) == true)
        #expect(try read.key?.matches(RSAKey.generate(bits: 2048)) == false)
        // Only the public half is in it.
        #expect(throws: CryptoFailure.self) { try read.key?.decrypt([1], label: []) }
        #expect(throws: CryptoFailure.self) { try RSAKey(pem: certificate.pem()) }
        #expect(throws: CryptoFailure.self) { try Certificate(pem: text) }
        #expect(throws: CryptoFailure.self) { try RSAKey(pem: []) }
    }

    @Test func `a key of 4096 bits works too`() throws {
        let key = try RSAKey.generate(bits: 4096)
        #expect(key.size == 512)
        #expect(try key.decrypt(key.encrypt([7], label: [1]), label: [1]) == [7])
    }
}
