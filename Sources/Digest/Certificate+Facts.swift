internal import CCrypto

/// What stands in a certificate.
extension Certificate {
    /// The common name of who it is for; empty where there is none.
    public var commonName: String { Self.commonName(of: X509_get_subject_name(pointer)) }

    /// The common name of who signed it.
    public var issuerName: String { Self.commonName(of: X509_get_issuer_name(pointer)) }

    private static func commonName(of name: OpaquePointer?) -> String {
        let index = X509_NAME_get_index_by_NID(name, NID_commonName, -1)
        guard let entry = X509_NAME_get_entry(name, index) else { return "" }
        return text(X509_NAME_ENTRY_get_data(entry))
    }

    /// The host names among its alternative names.
    public var hostNames: [String] {
        guard let names = X509_get_ext_d2i(pointer, NID_subject_alt_name, nil, nil) else {
            return []
        }
        let list = OpaquePointer(names)
        defer { GENERAL_NAMES_free(list) }
        return (0..<OPENSSL_sk_num(list)).compactMap { index in
            let name = OPENSSL_sk_value(list, index)?.assumingMemoryBound(to: GENERAL_NAME.self)
            var kind: Int32 = 0
            let value = GENERAL_NAME_get0_value(name, &kind)
            return kind == GEN_DNS
                ? Self.text(value?.assumingMemoryBound(to: ASN1_STRING.self)) : nil
        }
    }

    private static func text(_ string: UnsafePointer<ASN1_STRING>?) -> String {
        let bytes = UnsafeBufferPointer(
            start: ASN1_STRING_get0_data(string), count: Int(ASN1_STRING_length(string)))
        return String(decoding: bytes, as: UTF8.self)
    }

    /// Its public key in DER, with what kind of key it is.
    public var publicKey: [UInt8] {
        var start: UnsafeMutablePointer<UInt8>?
        let count = i2d_X509_PUBKEY(X509_get_X509_PUBKEY(pointer), &start)
        defer { CRYPTO_free(start, #file, Int32(#line)) }
        return Array(UnsafeBufferPointer(start: start, count: max(0, Int(count))))
    }

    /// Whether `authority` signed it, however old it is.
    public func isSigned(by authority: Certificate) -> Bool {
        defer { ERR_clear_error() }
        return X509_check_issued(authority.pointer, pointer) == X509_V_OK
            && X509_verify(pointer, X509_get0_pubkey(authority.pointer)) == 1
    }
}
