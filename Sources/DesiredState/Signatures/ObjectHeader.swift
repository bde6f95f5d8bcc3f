/// One header of a commit or a tag: a name, a value, and the bytes both stood in.
struct ObjectHeader: Hashable {
    let name: String
    /// The lines of the value, without the space that continues them.
    let value: [UInt8]
    /// As it stands in the object, line feed included.
    let bytes: [UInt8]

    /// The headers and, behind the empty line, the rest.
    static func split(
        _ bytes: [UInt8]
    ) throws(ObjectFault) -> (headers: [ObjectHeader], body: ArraySlice<UInt8>) {
        var headers: [ObjectHeader] = []
        var rest = bytes[...]
        while let end = rest.firstIndex(of: 0x0A) {
            let line = rest[..<end]
            if line.isEmpty { return (headers, rest[(end + 1)...]) }
            rest = rest[(end + 1)...]
            guard !line.contains(0x0D) else { throw ObjectFault("a carriage return in a header") }
            if line.first == 0x20 {
                guard let last = headers.popLast() else {
                    throw ObjectFault("it begins with a continued line")
                }
                headers.append(
                    ObjectHeader(
                        name: last.name, value: last.value + [0x0A] + line.dropFirst(),
                        bytes: last.bytes + line + [0x0A]))
            } else {
                headers.append(try ObjectHeader(line))
            }
        }
        throw ObjectFault("no empty line ends its headers")
    }

    private init(name: String, value: [UInt8], bytes: [UInt8]) {
        self.name = name
        self.value = value
        self.bytes = bytes
    }

    private init(_ line: ArraySlice<UInt8>) throws(ObjectFault) {
        guard let space = line.firstIndex(of: 0x20) else {
            throw ObjectFault("a header without a value")
        }
        let word = line[..<space]
        let isWord = word.allSatisfy { byte in
            (0x61...0x7A).contains(byte) || (0x41...0x5A).contains(byte)
                || (0x30...0x39).contains(byte) || [0x2D, 0x2E, 0x3A, 0x5F].contains(byte)
        }
        guard isWord, !word.isEmpty else { throw ObjectFault("a header without a name") }
        self.init(
            name: String(decoding: word, as: UTF8.self), value: Array(line[(space + 1)...]),
            bytes: line + [0x0A])
    }

    /// The value as an object id.
    func object() throws(ObjectFault) -> String {
        let text = String(decoding: value, as: UTF8.self)
        let isHex = value.allSatisfy {
            (0x30...0x39).contains($0) || (0x61...0x66).contains($0)
        }
        guard value.count == 40, isHex else { throw ObjectFault("'\(name)' names no object") }
        return text
    }

    /// The value as text on one line.
    func line() throws(ObjectFault) -> String {
        guard !value.contains(0x0A) else { throw ObjectFault("'\(name)' goes over two lines") }
        return String(decoding: value, as: UTF8.self)
    }

    /// The value as `Name <address> SECONDS ZONE`.
    func person() throws(ObjectFault) -> (name: String, seconds: Int) {
        let words = try line().split(separator: " ", omittingEmptySubsequences: false)
        guard words.count >= 3, let seconds = Int(words[words.count - 2]), seconds >= 0,
            words[words.count - 3].hasSuffix(">")
        else { throw ObjectFault("'\(name)' is no person with a time") }
        return (words.dropLast(2).joined(separator: " "), seconds)
    }
}
