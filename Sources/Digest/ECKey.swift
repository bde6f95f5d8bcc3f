internal import CCrypto

/// A pair of keys on the curve P-256.
///
/// Safe to share: libcrypto only reads a key once it is made.
public final class ECKey: @unchecked Sendable {
    // Sendable: the pointer never changes, and libcrypto locks what it caches behind it.
    let pointer: OpaquePointer

    private init(owning pointer: OpaquePointer) { self.pointer = pointer }

    deinit { EVP_PKEY_free(pointer) }

    /// A new pair, in a fraction of a millisecond.
    public static func generate() throws(CryptoFailure) -> ECKey {
        var key: OpaquePointer?
        let context = EVP_PKEY_CTX_new_id(EVP_PKEY_EC, nil)
        defer { EVP_PKEY_CTX_free(context) }
        guard EVP_PKEY_keygen_init(context) == 1,
            EVP_PKEY_CTX_set_ec_paramgen_curve_nid(context, NID_X9_62_prime256v1) == 1,
            EVP_PKEY_keygen(context, &key) == 1, let key
        else { throw CryptoFailure("a key on P-256 cannot be made") }
        return ECKey(owning: key)
    }

    /// The private key in a PEM text, SEC 1 or PKCS#8.
    public init(pem: [UInt8]) throws(CryptoFailure) {
        let read = PEM.reading(pem) { PEM_read_bio_PrivateKey($0, nil, { _, _, _, _ in 0 }, nil) }
        guard let read else { throw CryptoFailure("data does not contain a valid private key") }
        pointer = read
        guard EVP_PKEY_get_base_id(read) == EVP_PKEY_EC else {
            throw CryptoFailure("the private key is not of an elliptic curve")
        }
    }

    /// The private key as PEM, SEC 1: as k3s writes it.
    public func pem() throws(CryptoFailure) -> [UInt8] {
        let text = PEM.writing {
            PEM_write_bio_PrivateKey_traditional($0, pointer, nil, nil, 0, nil, nil) == 1
        }
        guard let text else { throw CryptoFailure("the key cannot be written") }
        return text
    }

    /// The public half as PEM.
    public func publicPEM() throws(CryptoFailure) -> [UInt8] {
        guard let text = PEM.writing({ PEM_write_bio_PUBKEY($0, pointer) == 1 }) else {
            throw CryptoFailure("the public key cannot be written")
        }
        return text
    }
}
