internal import CCrypto

/// Keys from passwords (RFC 8018), by OpenSSL's libcrypto.
public enum PBKDF2 {
    /// `count` bytes for `password`, with HMAC-SHA-1.
    public static func sha1(
        _ password: String, salt: String, iterations: Int, count: Int
    ) -> [UInt8] {
        var key = [UInt8](repeating: 0, count: count)
        let salt = Array(salt.utf8)
        let done = PKCS5_PBKDF2_HMAC(
            password, Int32(password.utf8.count), salt, Int32(salt.count), Int32(iterations),
            EVP_sha1(), Int32(count), &key)
        precondition(done == 1, "libcrypto could not derive a key")
        return key
    }
}
