internal import CCrypto
internal import Glibc

/// An X.509 certificate.
public final class Certificate: @unchecked Sendable {
    // Sendable: the pointer never changes, and libcrypto locks what it caches behind it.
    let pointer: OpaquePointer

    private init(owning pointer: OpaquePointer) { self.pointer = pointer }

    deinit { X509_free(pointer) }

    /// The first certificate in a PEM text.
    public init(pem: [UInt8]) throws(CryptoFailure) {
        let read = PEM.reading(pem) { PEM_read_bio_X509($0, nil, nil, nil) }
        guard let read else {
            throw CryptoFailure("data does not contain any valid RSA or ECDSA certificates")
        }
        pointer = read
    }

    /// A certificate of `key` by itself, with an empty name.
    ///
    /// - Parameters:
    ///   - notBefore: seconds since 1970.
    ///   - lifetime: seconds.
    public static func selfSigned(
        _ key: RSAKey, notBefore: Int, lifetime: Int
    ) throws(CryptoFailure) -> Certificate {
        let certificate = try Certificate(serialised: notBefore..<notBefore + lifetime)
        guard X509_set_pubkey(certificate.pointer, key.pointer) == 1,
            X509_sign(certificate.pointer, key.pointer, EVP_sha256()) > 0
        else { throw CryptoFailure("a certificate cannot be made") }
        return certificate
    }

    /// An empty one with a number of its own.
    init(serialised validity: Range<Int>) throws(CryptoFailure) {
        guard let made = X509_new() else { throw CryptoFailure("no memory is left") }
        pointer = made
        var serial = Random.bytes(16)
        serial[0] = serial[0] & 0x7F | 0x40
        let number = BN_bin2bn(serial, Int32(serial.count), nil)
        defer { BN_free(number) }
        guard X509_set_version(pointer, 2) == 1,
            BN_to_ASN1_INTEGER(number, X509_get_serialNumber(pointer)) != nil,
            ASN1_TIME_set(X509_getm_notBefore(pointer), validity.lowerBound) != nil,
            ASN1_TIME_set(X509_getm_notAfter(pointer), validity.upperBound) != nil
        else { throw CryptoFailure("a certificate cannot be made") }
    }

    /// The certificate as PEM.
    public func pem() throws(CryptoFailure) -> [UInt8] {
        guard let text = PEM.writing({ PEM_write_bio_X509($0, pointer) == 1 }) else {
            throw CryptoFailure("the certificate cannot be written")
        }
        return text
    }

    /// Its public key; nil if that is not an RSA key.
    public var key: RSAKey? {
        guard let found = X509_get_pubkey(pointer) else { return nil }
        guard EVP_PKEY_get_base_id(found) == EVP_PKEY_RSA else {
            EVP_PKEY_free(found)
            return nil
        }
        return RSAKey(owning: found)
    }

    /// When it begins to hold, in seconds since 1970.
    public var notBefore: Int { Self.seconds(X509_get0_notBefore(pointer)) }

    /// When it ends to hold, in seconds since 1970.
    public var notAfter: Int { Self.seconds(X509_get0_notAfter(pointer)) }

    private static func seconds(_ time: UnsafePointer<ASN1_TIME>?) -> Int {
        var parts = tm()
        guard ASN1_TIME_to_tm(time, &parts) == 1 else { return 0 }
        return timegm(&parts)
    }
}
