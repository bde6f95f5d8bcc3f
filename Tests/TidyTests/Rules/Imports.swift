/// The rules about imports.
enum Imports {
    /// One import of one file.
    struct Import {
        let module: String
        let line: Int
        let file: SourceFile
    }

    /// The imports of a file, whatever stands before the word.
    static func of(_ file: SourceFile) -> [Import] {
        file.code.enumerated().compactMap { index, line in
            let words = line.trimmed.split { $0 == " " }
            guard let place = words.firstIndex(of: "import"), place + 1 < words.count else {
                return nil
            }
            let modifiers = words[..<place]
            guard modifiers.allSatisfy({ $0.hasPrefix("@") || accessLevels.contains(String($0)) })
            else {
                return nil
            }
            // `import struct Glibc.stat` names the module behind a kind.
            let isKind = kinds.contains(String(words[place + 1])) && place + 2 < words.count
            let name = words[isKind ? place + 2 : place + 1].prefix { $0 != "." && $0 != ";" }
            return Import(module: String(name), line: index, file: file)
        }
    }

    private static let accessLevels: Set = [
        "public", "package", "internal", "fileprivate", "private",
    ]
    private static let kinds: Set = [
        "struct", "class", "enum", "protocol", "typealias", "func", "let", "var",
    ]

    /// An import must be in the module's row, or come with the toolchain.
    static func layering(_ file: SourceFile) -> [Finding] {
        guard let row = Layers.table[file.module] else {
            return [file.finding(-1, "module \(file.module) has no row in the import table")]
        }
        return of(file).filter { !row.contains($0.module) && !Layers.system.contains($0.module) }
            .map { file.finding($0.line, "\(file.module) may not import \($0.module)") }
    }

    /// C is seen by its boundary module only, in tests too.
    static func boundary(_ file: SourceFile) -> [Finding] {
        of(file).compactMap { found in
            guard let allowed = Layers.boundaries[found.module], !allowed.contains(file.module)
            else {
                return nil
            }
            return file.finding(
                found.line, "\(found.module) belongs to \(allowed.sorted().joined(separator: ", "))"
            )
        }
    }

    /// Nothing behind the pure line can wait, print, read or look at a clock.
    static func purity(_ file: SourceFile) -> [Finding] {
        guard Layers.pure.contains(where: { file.path.hasPrefix($0 + "/") }) else { return [] }
        return of(file).filter { Layers.impure.contains($0.module) }
            .map { file.finding($0.line, "behind the pure line nothing imports \($0.module)") }
    }

    /// Foundation costs start-up time; XCTest would run outside the counted runner.
    static func toolchain(_ file: SourceFile) -> [Finding] {
        of(file).filter { $0.module.hasPrefix("Foundation") || $0.module == "XCTest" }
            .map { file.finding($0.line, "\($0.module) is not used here") }
    }
}
