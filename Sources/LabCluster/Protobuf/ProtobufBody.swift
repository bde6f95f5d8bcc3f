import JSON

/// Bodies kubectl 1.26 and later sends as protobuf: what it creates from the
/// command line, reviews and the options of a deletion.
///
/// The four bytes `k8s\0`, then an envelope with kind and content. Only the
/// messages below are known; any other is refused as a server without protobuf
/// refuses it.
enum ProtobufBody {
    private static let magic: [UInt8] = [0x6B, 0x38, 0x73, 0x00]

    /// The object in the body.
    static func read(_ bytes: [UInt8]) throws(StatusError) -> JSONValue {
        do {
            guard bytes.starts(with: magic) else { throw WireReader.Malformed() }
            let envelope = try message("Unknown", bytes[4...])
            let kind = envelope.at("typeMeta", "kind")?.string ?? ""
            guard ProtobufSchema.messages[kind] != nil else {
                throw StatusError.unsupportedMedia(["application/json"])
            }
            let content = Base64.decode(envelope["raw"]?.string ?? "") ?? []
            var object = try message(kind, content[...])
            object["kind"] = .string(kind)
            object["apiVersion"] = envelope.at("typeMeta", "apiVersion")
            return object
        } catch let error as StatusError {
            throw error
        } catch {
            throw .badRequest("the object provided is unrecognized: not a protobuf message")
        }
    }

    private static func message(
        _ name: String, _ bytes: ArraySlice<UInt8>
    ) throws(WireReader.Malformed) -> JSONValue {
        let schema = ProtobufSchema.messages[name] ?? [:]
        var result: JSONValue = [:]
        var reader = WireReader(bytes)
        while let (number, value) = try reader.next() {
            guard let field = schema[number] else { continue }
            guard let decoded = try decode(value, field) else { continue }
            if field.isRepeated {
                result[field.name] = .array((result[field.name]?.array ?? []) + [decoded])
            } else if let members = decoded.object, field.isMap {
                let known = result[field.name]?.object ?? [:]
                result[field.name] = .object(known.merging(members) { $1 })
            } else {
                result[field.name] = decoded
            }
        }
        return result
    }

    /// nil for what an empty field says: nothing.
    private static func decode(
        _ value: WireReader.Value, _ field: ProtobufSchema.Field
    ) throws(WireReader.Malformed) -> JSONValue? {
        switch (field.kind, value) {
        case (.text, .bytes(let bytes)):
            return bytes.isEmpty ? nil : .string(String(decoding: bytes, as: UTF8.self))
        case (.bytes, .bytes(let bytes)): return .string(Base64.encode(Array(bytes)))
        case (.number, .number(let number)): return .int(Int(truncatingIfNeeded: number))
        case (.flag, .number(let number)): return .bool(number != 0)
        case (.message(let name), .bytes(let bytes)):
            let inner = try message(name, bytes)
            return inner == [:] && name != "ResourceAttributes" ? nil : inner
        case (.map(let isText), .bytes(let bytes)):
            let pair = try message(isText ? "TextEntry" : "BytesEntry", bytes)
            return .object([pair["key"]?.string ?? "": pair["value"] ?? ""])
        case (.time, .bytes(let bytes)):
            guard let seconds = try message("Time", bytes)["seconds"]?.int else { return nil }
            return .string(Moment(milliseconds: seconds * 1000).text)
        default: throw WireReader.Malformed()
        }
    }
}
