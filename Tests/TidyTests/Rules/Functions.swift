/// Finds the functions of a file: where each starts and ends.
enum Functions {
    struct Function {
        let name: String
        /// From its declaration to its closing brace.
        let lines: Range<Int>
        /// The lines between its braces, without comments and strings.
        let body: [Substring]
    }

    /// Every `func`, `init`, `deinit` and `subscript` with a body.
    static func of(_ file: SourceFile) -> [Function] {
        file.code.indices.compactMap { index in
            guard let name = name(file.code[index]) else { return nil }
            return function(name, from: index, in: file)
        }
    }

    /// The name a line declares, or nil.
    static func name(_ line: Substring) -> String? {
        let tokens = line.trimmed.split { $0 == " " }
        let first = tokens.first { !isModifier($0) } ?? ""
        if first == "func" {
            return tokens.drop { $0 != "func" }.dropFirst().first.map {
                String($0.prefix { $0 != "(" && $0 != "<" })
            }
        }
        for word in ["init", "deinit", "subscript"] where first.hasPrefix(word) {
            let next = first.dropFirst(word.count).first
            if next == nil || "(?<!".contains(next ?? "(") { return word }
        }
        return nil
    }

    static func isModifier(_ token: Substring) -> Bool {
        token.hasPrefix("@") || modifiers.contains(String(token.prefix { $0 != "(" }))
    }

    private static let modifiers: Set = [
        "public", "package", "internal", "fileprivate", "private", "open", "static", "class",
        "final",
        "mutating", "nonmutating", "borrowing", "consuming", "override", "required", "convenience",
        "nonisolated", "isolated", "indirect", "prefix", "postfix", "infix", "lazy", "unowned",
        "weak",
    ]

    /// Walks to the body's opening brace and from there to its end. A
    /// requirement of a protocol has no body: the next line starts anew.
    private static func function(_ name: String, from start: Int, in file: SourceFile) -> Function?
    {
        var parentheses = 0, braces = 0
        var opening: Int?
        for index in start..<file.code.count {
            let line = file.code[index].trimmed
            if opening == nil, index > start, parentheses == 0, !continues(line) { return nil }
            for character in line {
                switch character {
                case "(", "[": parentheses += 1
                case ")", "]": parentheses -= 1
                case "{" where parentheses == 0 || opening != nil:
                    if opening == nil { (opening, parentheses) = (index, 0) }
                    braces += 1
                case "}" where opening != nil:
                    braces -= 1
                    guard braces == 0, let opening else { continue }
                    return Function(
                        name: name, lines: start..<(index + 1), body: body(file, opening, index))
                default: break
                }
            }
        }
        return nil
    }

    private static func continues(_ line: Substring) -> Bool {
        ["{", ")", "->", "where", "throws", "async", "rethrows"].contains { line.hasPrefix($0) }
    }

    private static func body(_ file: SourceFile, _ opening: Int, _ closing: Int) -> [Substring] {
        guard opening < closing else {
            let line = file.code[opening]
            let inside = line.drop { $0 != "{" }.dropFirst()
            return [inside[..<(inside.lastIndex(of: "}") ?? inside.endIndex)].trimmed]
        }
        return file.code[(opening + 1)..<closing].map(\.trimmed).filter { !$0.isEmpty }
    }
}
