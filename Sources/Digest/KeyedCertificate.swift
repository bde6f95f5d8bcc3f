internal import CCrypto

/// A certificate with its private key.
public struct KeyedCertificate: Sendable {
    /// The certificate.
    public let certificate: Certificate
    /// Its private key.
    public let key: ECKey

    /// Those in two PEM texts.
    public init(certificate: [UInt8], key: [UInt8]) throws(CryptoFailure) {
        self.certificate = try Certificate(pem: certificate)
        self.key = try ECKey(pem: key)
    }

    /// A new one with a key of its own, signed by `issuer`, or by itself.
    public init(_ request: CertificateRequest, by issuer: KeyedCertificate? = nil)
        throws(CryptoFailure)
    {
        key = try ECKey.generate()
        certificate = try Certificate(request, for: key, by: issuer)
    }
}

extension Certificate {
    fileprivate convenience init(
        _ request: CertificateRequest, for key: ECKey, by issuer: KeyedCertificate?
    ) throws(CryptoFailure) {
        try self.init(serialised: request.validity)
        guard X509_set_pubkey(pointer, key.pointer) == 1, setSubject(request.subject),
            X509_set_issuer_name(
                pointer, X509_get_subject_name(issuer?.certificate.pointer ?? pointer)) == 1,
            // Those about keys last: the issuer's own may be asked for its name.
            (request.extensions + [(NID.subjectKeyIdentifier, "hash")]
                + (issuer == nil ? [] : [(NID.authorityKeyIdentifier, "keyid")]))
                .allSatisfy({ add($0, $1, issuer) }),
            X509_sign(pointer, (issuer?.key ?? key).pointer, EVP_sha256()) > 0
        else { throw CryptoFailure("no certificate can be made for \(request.subject)") }
    }

    /// `/O=system:masters/CN=system:admin`.
    private func setSubject(_ text: String) -> Bool {
        let name = X509_get_subject_name(pointer)
        return text.split(separator: "/").allSatisfy { part in
            let pair = part.split(separator: "=", maxSplits: 1)
            guard pair.count == 2 else { return false }
            return X509_NAME_add_entry_by_txt(
                name, String(pair[0]), MBSTRING_UTF8, Array(pair[1].utf8),
                Int32(pair[1].utf8.count), -1, 0) == 1
        }
    }

    private func add(_ name: Int32, _ value: String, _ issuer: KeyedCertificate?) -> Bool {
        var context = X509V3_CTX()
        X509V3_set_ctx(
            &context, issuer?.certificate.pointer ?? pointer, pointer, nil, nil, 0)
        guard let made = X509V3_EXT_conf_nid(nil, &context, name, value) else { return false }
        defer { X509_EXTENSION_free(made) }
        return X509_add_ext(pointer, made, -1) == 1
    }
}

/// Extensions, by libcrypto's numbers.
enum NID {
    static let basicConstraints = NID_basic_constraints
    static let keyUsage = NID_key_usage
    static let extendedKeyUsage = NID_ext_key_usage
    static let subjectAltName = NID_subject_alt_name
    static let subjectKeyIdentifier = NID_subject_key_identifier
    static let authorityKeyIdentifier = NID_authority_key_identifier
}
