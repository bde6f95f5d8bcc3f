internal import CCrypto

/// Text libcrypto reads from and writes to memory.
enum PEM {
    /// Runs `body` on a stream that holds `bytes`.
    static func reading<Value>(_ bytes: [UInt8], _ body: (OpaquePointer) -> Value?) -> Value? {
        bytes.withUnsafeBytes { buffer in
            guard let stream = BIO_new_mem_buf(buffer.baseAddress, Int32(buffer.count)) else {
                return nil
            }
            defer { BIO_free(stream) }
            return body(stream)
        }
    }

    /// What `body` writes to a stream; nil when it says no.
    static func writing(_ body: (OpaquePointer) -> Bool) -> [UInt8]? {
        guard let stream = BIO_new(BIO_s_mem()) else { return nil }
        defer { BIO_free(stream) }
        guard body(stream) else { return nil }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = BIO_read(stream, &buffer, Int32(buffer.count))
            guard count > 0 else { return bytes }
            bytes += buffer.prefix(Int(count))
        }
    }
}
