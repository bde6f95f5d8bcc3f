/// Writes the fields of one protobuf message.
struct WireWriter {
    private(set) var bytes: [UInt8] = []

    mutating func text(_ field: Int, _ value: String) { add(field, Array(value.utf8)) }

    /// A message within the message.
    mutating func message(_ field: Int, _ write: (inout WireWriter) -> Void) {
        var inner = WireWriter()
        write(&inner)
        add(field, inner.bytes)
    }

    private mutating func add(_ field: Int, _ content: [UInt8]) {
        varint(field << 3 | 2)
        varint(content.count)
        bytes += content
    }

    private mutating func varint(_ value: Int) {
        var rest = value
        while rest > 0x7F {
            bytes.append(UInt8(rest & 0x7F | 0x80))
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}
