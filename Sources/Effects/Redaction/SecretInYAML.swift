/// Finds the data of Kubernetes Secrets in YAML, line by line.
struct SecretInYAML {
    /// Indentation of a `data:` whose values are being read or wait for `kind`.
    private var block: Int?
    private var isInside = false
    private var data = SecretData()
    /// What `kind` said, by its indentation.
    private var kinds: [Int: Bool] = [:]
    /// The value goes on in the next piece of the line.
    private var valueStart: Int?

    /// Where the first value begins whose fate is open.
    var pending: Int? {
        guard let valueStart else { return data.pending }
        return min(data.pending ?? valueStart, valueStart)
    }

    /// Takes the next piece of a line; the index of each byte and `base` are its place.
    mutating func take(
        _ bytes: ArraySlice<UInt8>, at base: Int, isStart: Bool, isEnd: Bool,
        _ found: inout [Cover]
    ) {
        let content = bytes.prefix { $0 != 0x0A && $0 != 0x0D }
        if isStart { line(content, base, &found) }
        guard let start = valueStart else { return }
        let end = base + content.endIndex
        guard isEnd || end - start > SecretData.patience else { return }
        data.take(start..<end, isSecret: block.flatMap { kinds[$0] }, &found)
        valueStart = isEnd ? nil : end
    }

    private mutating func line(_ line: ArraySlice<UInt8>, _ base: Int, _ found: inout [Cover]) {
        if line.starts(with: Array("---".utf8)) { forget(from: 0, &found) }
        var text = line.drop { $0 == 0x20 }
        while text.starts(with: [0x2D, 0x20]) {
            forget(from: text.startIndex - line.startIndex, &found)
            text = text.dropFirst(2).drop { $0 == 0x20 }
        }
        guard let first = text.first, first != 0x23 else { return }
        let indent = text.startIndex - line.startIndex
        if let block, isInside, indent > block {
            let value = value(text)
            // A mark is a secret taken out before.
            if !value.starts(with: Redactor.markStart) { valueStart = base + value.startIndex }
            return
        }
        isInside = false
        if let block, indent < block { forget(from: block, &found) }
        kinds = kinds.filter { $0.key <= indent }
        let key = String(decoding: text.prefix { $0 != 0x3A }.prefix(16), as: UTF8.self)
        let rest = value(text)
        switch key {
        case "kind" where rest.startIndex > text.startIndex:
            let isSecret = rest.drop { $0 == 0x22 || $0 == 0x27 }.starts(with: Array("Secret".utf8))
                && rest.count < 9
            kinds[indent] = isSecret
            if block == indent { data.settle(isSecret: isSecret, &found) }
        case "data", "stringData":
            guard rest.startIndex > text.startIndex, rest.isEmpty else { return }
            if block != indent { data.settle(isSecret: false, &found) }
            block = indent
            isInside = true
            if key == "stringData" { kinds[indent] = true }
        default: break
        }
    }

    /// What stands at this indentation or deeper belongs to something else now.
    private mutating func forget(from indent: Int, _ found: inout [Cover]) {
        kinds = kinds.filter { $0.key < indent }
        guard let open = block, open >= indent else { return }
        data.settle(isSecret: false, &found)
        block = nil
        isInside = false
    }

    /// Behind `key:`; all of a line that has no key.
    private func value(_ text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        guard let colon = text.firstIndex(of: 0x3A) else { return text }
        let rest = text[(colon + 1)...]
        guard rest.isEmpty || rest.first == 0x20 else { return text }
        return rest.drop { $0 == 0x20 }
    }
}
