/// Every public declaration has a doc comment.
enum Documentation {
    static func publicDeclarations(_ file: SourceFile) -> [Finding] {
        let plain = Set(Functions.of(file).filter(isMemberwise).map(\.lines.lowerBound))
        return file.code.indices.compactMap { index in
            guard let declared = declared(file.code[index]), !isDocumented(index, in: file),
                !witnesses.contains(declared), !plain.contains(index)
            else { return nil }
            return file.finding(index, "public \(declared) has no doc comment")
        }
    }

    private static let kinds = [
        "let", "var", "func", "init", "subscript", "struct", "class", "enum", "actor", "protocol",
        "typealias", "associatedtype", "indirect",
    ]

    /// What a line declares publicly, or nil: its name, or the word itself.
    private static func declared(_ line: Substring) -> String? {
        let tokens = line.trimmed.split { $0 == " " }
        // `class` is a kind in `open class A`, and a modifier only before a member.
        let modifiers = tokens.prefix { Functions.isModifier($0) && $0 != "class" }
        guard modifiers.contains(where: { $0 == "public" || $0 == "open" }) else { return nil }
        let rest = tokens.dropFirst(modifiers.count)
        guard let kind = rest.first, kinds.contains(where: { kind.hasPrefix($0) }) else {
            return nil
        }
        if let function = Functions.name(line), function != "init" { return function }
        if kind.hasPrefix("init") {
            return String(line.trimmed.drop { $0 != "i" || !$0.isLetter }).initName
        }
        return rest.dropFirst().first.map {
            String($0.prefix { $0.isLetter || $0.isNumber || $0 == "_" })
        }
    }

    /// A comment stands above, attributes between apart. Properties of one line
    /// that follow each other, or the head of their type, without a gap share
    /// its comment: `public struct Point` explains `x` and `y`.
    private static func isDocumented(_ index: Int, in file: SourceFile) -> Bool {
        var above = index - 1
        let isProperty = isPropertyOfOneLine(file.code[index])
        while above >= 0,
            file.lines[above].trimmed.hasPrefix("@")
                || isProperty
                    && (isPropertyOfOneLine(file.code[above]) || isTypeHead(file.code[above]))
        {
            above -= 1
        }
        guard above >= 0 else { return false }
        let line = file.lines[above].trimmed
        return line.hasPrefix("///") || line.hasSuffix("*/")
    }

    private static func isTypeHead(_ line: Substring) -> Bool {
        let tokens = line.trimmed.split { $0 == " " }
        let kind = tokens.first { !Functions.isModifier($0) || $0 == "class" } ?? ""
        return ["struct", "class", "enum", "actor", "protocol"].contains(kind)
            && line.trimmed.hasSuffix("{")
    }

    private static func isPropertyOfOneLine(_ line: Substring) -> Bool {
        let tokens = line.trimmed.split { $0 == " " }
        let modifiers = tokens.prefix { Functions.isModifier($0) }
        guard modifiers.contains(where: { $0.hasPrefix("public") }), tokens.count > modifiers.count
        else { return false }
        return ["let", "var"].contains(tokens[modifiers.count]) && !line.contains("{")
    }

    /// Requirements of the standard library mean what they mean everywhere.
    private static let witnesses: Set = [
        "description", "debugDescription", "hash", "==", "<", "rawValue", "id", "body", "encode",
        "init(stringLiteral:", "init(integerLiteral:", "init(booleanLiteral:", "init(arrayLiteral:",
        "init(dictionaryLiteral:", "init(rawValue:", "init(from:",
    ]

    /// An initializer that only fills stored properties: those carry the words.
    private static func isMemberwise(_ function: Functions.Function) -> Bool {
        function.name == "init"
            && function.body.allSatisfy { line in
                line.split { $0 == ";" }.allSatisfy { statement in
                    let sides = Substring(statement).trimmed.split(separator: " = ")
                    return sides.count == 2 && sides[0].drop { $0 != "." }.dropFirst() != ""
                        && sides[0].hasPrefix("self.")
                }
            }
    }
}

extension String {
    /// `init(label:` of the text of an initializer's first line.
    fileprivate var initName: String {
        guard let start = firstIndex(of: "(") else { return "init" }
        let label = self[index(after: start)...].prefix { $0.isLetter || $0.isNumber || $0 == "_" }
        return "init(\(label):"
    }
}
