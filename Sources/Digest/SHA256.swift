import CCrypto

/// SHA-256 (FIPS 180-4), by OpenSSL's libcrypto.
public enum SHA256 {
    /// The 32 bytes of the digest of `bytes`.
    public static func hash(_ bytes: [UInt8]) -> [UInt8] {
        var digest = [UInt8](repeating: 0, count: 32)
        var length: UInt32 = 0
        let done = EVP_Digest(bytes, bytes.count, &digest, &length, EVP_sha256(), nil)
        precondition(done == 1 && length == 32, "libcrypto could not compute SHA-256")
        return digest
    }

    /// The digest of `bytes` as 64 lower-case hex digits.
    public static func hex(_ bytes: [UInt8]) -> String { hexadecimal(hash(bytes)) }

    /// The digest of `text` in UTF-8 as 64 lower-case hex digits.
    public static func hex(_ text: String) -> String { hex(Array(text.utf8)) }

    /// `bytes` in lower-case hex.
    public static func hexadecimal(_ bytes: [UInt8]) -> String {
        let digits = Array("0123456789abcdef".utf8)
        return String(
            decoding: bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }, as: UTF8.self)
    }
}

/// Bytes nobody can guess.
public enum Random {
    /// `count` bytes from libcrypto's generator.
    public static func bytes(_ count: Int) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: count)
        let done = RAND_bytes(&bytes, Int32(count))
        precondition(done == 1, "libcrypto has no entropy")
        return bytes
    }
}
