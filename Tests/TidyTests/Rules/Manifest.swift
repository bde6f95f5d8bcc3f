/// The targets of `Package.swift`, read as text.
struct Manifest {
    /// Target name to the names it depends on.
    let dependencies: [String: [String]]
    /// Targets made with `tests`.
    let tests: Set<String>

    init(_ file: SourceFile) {
        var dependencies: [String: [String]] = [:]
        var tests: Set<String> = []
        let text = Array(file.uncommented.joined(separator: "\n"))
        let makers = [
            "library(", "program(", "tests(", ".target(", ".systemLibrary(", ".executableTarget(",
        ]
        for index in text.indices {
            guard let maker = makers.first(where: { text[index...].starts(with: $0) }) else {
                continue
            }
            // `library(_ name:` declares the maker itself, and `.library(` is a product.
            let before = index > 0 ? text[index - 1] : " "
            guard !before.isLetter, before != "." || maker.hasPrefix(".") else { continue }
            let call = Self.balanced(text, from: index + maker.count)
            let literals = Self.literals(call)
            guard let name = literals.first else { continue }
            let list = Self.literals(call.drop { $0 != "[" }.prefix { $0 != "]" })
            dependencies[name] = maker == ".systemLibrary(" ? [] : list
            if maker == "tests(" { tests.insert(name) }
        }
        self.dependencies = dependencies
        self.tests = tests
    }

    /// Every target `name` is built from.
    func reachable(from name: String) -> Set<String> {
        var found: Set<String> = []
        var waiting = dependencies[name] ?? []
        while let next = waiting.popLast() {
            guard found.insert(next).inserted else { continue }
            waiting += dependencies[next] ?? []
        }
        return found
    }

    /// What the rules object to.
    func findings(_ path: String) -> [Finding] {
        var findings: [Finding] = []
        for name in reachable(from: "recover") where name.hasPrefix("Lab") || name == "recover-lab"
        {
            findings.append(Finding(path: path, line: 0, reason: "recover is built from \(name)"))
        }
        for (target, list) in dependencies where !tests.contains(target) && !target.hasPrefix("C") {
            let row = Layers.table[target] ?? []
            for name in list where !row.contains(name) {
                findings.append(
                    Finding(path: path, line: 0, reason: "\(target) may not depend on \(name)"))
            }
        }
        return findings
    }

    private static func balanced(_ text: [Character], from start: Int) -> ArraySlice<Character> {
        var depth = 1
        var end = start
        while end < text.count, depth > 0 {
            if text[end] == "(" { depth += 1 }
            if text[end] == ")" { depth -= 1 }
            end += 1
        }
        return text[start..<end]
    }

    private static func literals(_ text: some Sequence<Character>) -> [String] {
        let parts = String(text).split(separator: "\"", omittingEmptySubsequences: false)
        return stride(from: 1, to: parts.count, by: 2).map { String(parts[$0]) }
    }
}
