internal import CYAML

/// One event of libyaml, with what this module looks at copied out of it.
struct Event {
    enum Kind {
        case streamStart, streamEnd, documentStart, documentEnd
        case alias, scalar(Scalar), sequenceStart, sequenceEnd, mappingStart, mappingEnd
    }

    let kind: Kind
    let mark: Mark
    /// The anchor's name, or of an alias that of the anchor it means.
    let anchor: String?
    let tag: String?
}

/// Owns one `yaml_parser_t` and the bytes it reads, which libyaml only points
/// to; both go in `deinit`.
struct EventReader: ~Copyable {
    private let parser: UnsafeMutablePointer<yaml_parser_t>
    private let input: UnsafeMutableBufferPointer<UInt8>

    init(_ bytes: [UInt8]) {
        parser = .allocate(capacity: 1)
        parser.initialize(to: yaml_parser_t())
        input = .allocate(capacity: bytes.count)
        _ = input.initialize(from: bytes)
        precondition(yaml_parser_initialize(parser) == 1, "no memory for a YAML parser")
        yaml_parser_set_encoding(parser, YAML_UTF8_ENCODING)
        yaml_parser_set_input_string(parser, input.baseAddress, input.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    /// The next event; not to be called again after `streamEnd` or an error.
    mutating func next() throws(YAMLError) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else { throw problem() }
        defer { yaml_event_delete(&event) }
        let mark = Mark(event.start_mark)
        switch event.type {
        case YAML_SCALAR_EVENT:
            let data = event.data.scalar
            let bytes = UnsafeBufferPointer(start: data.value, count: data.length)
            let scalar = Scalar(
                text: String(decoding: bytes, as: UTF8.self),
                isPlain: data.style == YAML_PLAIN_SCALAR_STYLE, mark: mark)
            return Event(
                kind: .scalar(scalar), mark: mark, anchor: Self.text(data.anchor),
                tag: Self.text(data.tag))
        case YAML_SEQUENCE_START_EVENT:
            let data = event.data.sequence_start
            return Event(
                kind: .sequenceStart, mark: mark, anchor: Self.text(data.anchor),
                tag: Self.text(data.tag))
        case YAML_MAPPING_START_EVENT:
            let data = event.data.mapping_start
            return Event(
                kind: .mappingStart, mark: mark, anchor: Self.text(data.anchor),
                tag: Self.text(data.tag))
        case YAML_ALIAS_EVENT:
            return Event(
                kind: .alias, mark: mark, anchor: Self.text(event.data.alias.anchor), tag: nil)
        case let type:
            return Event(kind: Self.bare(type), mark: mark, anchor: nil, tag: nil)
        }
    }

    private static func text(_ bytes: UnsafeMutablePointer<UInt8>?) -> String? {
        bytes.map { String(decodingCString: $0, as: UTF8.self) }
    }

    private static func bare(_ type: yaml_event_type_t) -> Event.Kind {
        switch type {
        case YAML_STREAM_START_EVENT: .streamStart
        case YAML_DOCUMENT_START_EVENT: .documentStart
        case YAML_DOCUMENT_END_EVENT: .documentEnd
        case YAML_SEQUENCE_END_EVENT: .sequenceEnd
        case YAML_MAPPING_END_EVENT: .mappingEnd
        default: .streamEnd
        }
    }

    private func problem() -> YAMLError {
        let problem = parser.pointee.problem.map { String(cString: $0) } ?? "it is not YAML"
        let context = parser.pointee.context.map { String(cString: $0) + ": " } ?? ""
        if parser.pointee.error == YAML_READER_ERROR {
            // The reader works ahead of any mark and knows only the byte.
            return YAMLError(
                code: "RB-YAML", mark: mark(ofByte: parser.pointee.problem_offset),
                reason: "\(problem) (byte \(parser.pointee.problem_offset))")
        }
        return YAMLError(
            code: "RB-YAML", mark: Mark(parser.pointee.problem_mark), reason: context + problem)
    }

    private func mark(ofByte offset: Int) -> Mark {
        let before = input.prefix(offset)
        let line = before.reduce(1) { $1 == 0x0A ? $0 + 1 : $0 }
        let lineStart = before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
        let characters = before[lineStart...].filter { $0 & 0xC0 != 0x80 }.count
        return Mark(line: line, column: characters + 1)
    }
}

extension Mark {
    fileprivate init(_ mark: yaml_mark_t) {
        self.init(line: Int(mark.line) + 1, column: Int(mark.column) + 1)
    }
}
