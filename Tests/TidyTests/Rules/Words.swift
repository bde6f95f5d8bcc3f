import Glibc

/// The rules about words.
enum Words {
    /// Endings that say nothing about what a type is.
    static let empty: Set = [
        "Manager", "Helper", "Helpers", "Utils", "Util", "Service", "Handler", "Impl",
    ]

    private static let kinds: Set<Substring> = [
        "struct", "class", "enum", "actor", "protocol", "typealias",
    ]

    static func typeNames(_ file: SourceFile) -> [Finding] {
        file.code.enumerated().flatMap { index, line -> [Finding] in
            let tokens = line.trimmed.split { $0 == " " }
            guard
                let kind = tokens.firstIndex(where: {
                    !Functions.isModifier($0) || kinds.contains($0) && $0 != "class"
                }),
                kinds.contains(tokens[kind]) || tokens.contains("class"), let name = name(tokens)
            else { return [] }
            return camel(name).filter { empty.contains($0) }
                .map { file.finding(index, "\(name): the word \($0) says nothing") }
        }
    }

    private static func name(_ tokens: [Substring]) -> String? {
        guard let place = tokens.lastIndex(where: { kinds.contains($0) }), place + 1 < tokens.count,
            tokens[..<place].allSatisfy({ Functions.isModifier($0) })
        else { return nil }
        return String(tokens[place + 1].prefix { $0.isLetter || $0.isNumber || $0 == "_" })
    }

    /// The words of a camel-case name.
    static func camel(_ name: String) -> [String] {
        var words: [String] = []
        for character in name {
            if character.isUppercase || words.isEmpty { words.append("") }
            words[words.count - 1].append(character)
        }
        return words
    }

    /// Text that must not be in the tree: places of one machine, and work left
    /// undone. Put together here, so that this file is no finding.
    static let banned = ["/wo" + "rk/", "../sha" + "red", "TO" + "DO", "FIX" + "ME"]

    static func text(_ path: String, _ text: String) -> [Finding] {
        banned.flatMap { word in
            places(of: word, in: text).map { line in
                Finding(path: path, line: line, reason: "'\(word)' does not belong in the tree")
            }
        }
    }

    /// The lines where `word` stands by itself, not inside a longer word or path.
    private static func places(of word: String, in text: String) -> [Int] {
        // The tree holds megabytes of recordings: the C library looks through them at once.
        text.withCString { start in
            var lines: [Int] = []
            var from = start
            while let found = strstr(from, word) {
                let before = found > UnsafeMutablePointer(mutating: start) ? found[-1] : 0
                let after = found[word.utf8.count]
                if !isWord(before), word.hasSuffix("/") || !isWord(after) {
                    let above = UnsafeBufferPointer(
                        start: start, count: UnsafePointer(found) - start)
                    lines.append(above.count { $0 == 0x0A } + 1)
                }
                from = UnsafePointer(found) + 1
            }
            return lines
        }
    }

    private static func isWord(_ character: CChar) -> Bool {
        let byte = UInt8(bitPattern: character)
        return (byte | 0x20) >= 0x61 && (byte | 0x20) <= 0x7A || (0x30...0x39).contains(byte)
            || byte == UInt8(ascii: "_") || byte >= 0x80
    }
}
