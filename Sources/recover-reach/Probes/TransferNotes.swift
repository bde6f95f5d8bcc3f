internal import CCurl
internal import Glibc

/// What libcurl's callbacks see go by, and where they stop it.
final class TransferNotes {
    private static let headerLimit = 64 << 10

    private let bodyLimit: Int
    private var headerBytes = 0
    private(set) var body: [UInt8] = []
    /// The body is longer than was wanted, and the rest was not read.
    private(set) var isTruncated = false
    /// The headers are longer than any server needs.
    private(set) var hasTooManyHeaders = false
    /// Why an address the name leads to was not connected to.
    private(set) var objection: String?

    init(bodyLimit: Int) { self.bodyLimit = bodyLimit }

    static func at(_ context: UnsafeMutableRawPointer?) -> TransferNotes? {
        context.map { Unmanaged<TransferNotes>.fromOpaque($0).takeUnretainedValue() }
    }

    /// Takes a part of the body; less than `count` ends the transfer.
    func body(_ bytes: UnsafePointer<CChar>?, _ count: Int) -> Int {
        let wanted = min(count, bodyLimit - body.count)
        body += UnsafeRawBufferPointer(start: bytes, count: wanted)
        if wanted < count { isTruncated = true }
        return wanted
    }

    /// Counts a header line; 0 ends the transfer.
    func header(_ count: Int) -> Int {
        headerBytes += count
        if headerBytes > Self.headerLimit { hasTooManyHeaders = true }
        return hasTooManyHeaders ? 0 : count
    }

    /// Opens the socket for an address, unless a rule speaks against it: this is
    /// the address that is connected to, whatever the name said before.
    func open(_ address: UnsafeMutablePointer<curl_sockaddr>?) -> curl_socket_t {
        guard let address, let place = MemoryLayout<curl_sockaddr>.offset(of: \.addr),
            let endpoint = Endpoint(
                UnsafeRawPointer(address) + place, length: Int(address.pointee.addrlen))
        else {
            objection = "an address that is neither IPv4 nor IPv6"
            return CURL_SOCKET_BAD
        }
        if let reason = endpoint.address.objection {
            objection = reason
            return CURL_SOCKET_BAD
        }
        return socket(
            address.pointee.family, address.pointee.socktype | Int32(SOCK_CLOEXEC.rawValue),
            address.pointee.protocol)
    }
}
