internal import Glibc

/// An address and a port.
struct Endpoint: Hashable, CustomStringConvertible {
    let address: IPAddress
    let port: Int

    var description: String { address.isV6 ? "[\(address)]:\(port)" : "\(address):\(port)" }

    init(_ address: IPAddress, port: Int) {
        self.address = address
        self.port = port
    }

    /// What the C library found; nil when it is neither IPv4 nor IPv6.
    init?(_ address: UnsafeRawPointer, length: Int) {
        let family = address.loadUnaligned(as: sockaddr.self).sa_family
        if family == AF_INET, length >= MemoryLayout<sockaddr_in>.size {
            let found = address.loadUnaligned(as: sockaddr_in.self)
            let bytes = withUnsafeBytes(of: found.sin_addr) { Array($0) }
            guard let address = IPAddress(bytes: bytes) else { return nil }
            self.init(address, port: Int(UInt16(bigEndian: found.sin_port)))
        } else if family == AF_INET6, length >= MemoryLayout<sockaddr_in6>.size {
            let found = address.loadUnaligned(as: sockaddr_in6.self)
            let bytes = withUnsafeBytes(of: found.sin6_addr) { Array($0) }
            guard let address = IPAddress(bytes: bytes) else { return nil }
            self.init(address, port: Int(UInt16(bigEndian: found.sin6_port)))
        } else {
            return nil
        }
    }

    /// Lends the C form.
    func withSocketAddress<Result>(_ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result
    {
        func lend<Form>(_ form: Form) -> Result {
            withUnsafePointer(to: form) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    body($0, socklen_t(MemoryLayout<Form>.size))
                }
            }
        }
        if address.isV6 {
            var form = sockaddr_in6()
            form.sin6_family = sa_family_t(AF_INET6)
            form.sin6_port = UInt16(port).bigEndian
            withUnsafeMutableBytes(of: &form.sin6_addr) { $0.copyBytes(from: address.bytes) }
            return lend(form)
        }
        var form = sockaddr_in()
        form.sin_family = sa_family_t(AF_INET)
        form.sin_port = UInt16(port).bigEndian
        withUnsafeMutableBytes(of: &form.sin_addr) { $0.copyBytes(from: address.bytes) }
        return lend(form)
    }
}
