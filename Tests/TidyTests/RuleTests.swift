import Testing

/// Each rule, shown to object to what it is for and to nothing else.
@Suite struct RuleTests {
    private func file(_ module: String, _ text: String, folder: String = "") -> SourceFile {
        SourceFile("Sources/\(module)/\(folder)X.swift", text)
    }

    @Test(arguments: [
        ("Runbooks", "import Journal"), ("JSON", "public import YAML"),
        ("Journal", "internal import CGit2"),
        ("Effects", "@testable import LabCluster"), ("recover", "import struct LabHosts.Disk"),
        ("Unheard", "let x = 1"),
    ])
    func `an import outside its row is found`(_ module: String, _ text: String) {
        #expect(Imports.layering(file(module, text)).count == 1)
    }

    @Test(arguments: [
        ("Journal", "internal import Glibc\npublic import JSON\nimport SQLite"),
        ("Runbooks", "// import Journal\n/* import Journal */\nlet text = \"import Journal\""),
        ("Runbooks", "let text = \"\"\"\n    import Journal\n    \"\"\""),
    ])
    func `an import inside its row, a comment and a string are not`(
        _ module: String, _ text: String
    ) {
        #expect(Imports.layering(file(module, text)).isEmpty)
    }

    @Test func `C outside its boundary is found, in tests too`() {
        #expect(Imports.boundary(file("Journal", "internal import CSQLite")).count == 1)
        #expect(
            Imports.boundary(SourceFile("Tests/JournalTests/X.swift", "import CSQLite")).count == 1)
        #expect(Imports.boundary(file("SQLite", "internal import CSQLite")).isEmpty)
    }

    @Test(arguments: ["Glibc", "Processes", "CPosix", "Dispatch", "Synchronization"])
    func `an import behind the pure line is found`(_ module: String) {
        let text = "internal import \(module)"
        #expect(Imports.purity(file("RecoveryEngine", text, folder: "Run/")).count == 1)
        #expect(Imports.purity(file("Runbooks", text, folder: "Model/")).count == 1)
        #expect(Imports.purity(file("RecoveryEngine", text, folder: "Engine/")).isEmpty)
    }

    @Test(arguments: ["import Foundation", "import FoundationEssentials", "import XCTest"])
    func `Foundation and XCTest are found`(_ text: String) {
        #expect(Imports.toolchain(file("JSON", text)).count == 1)
    }

    @Test func `a lab behind recover is found, however far`() {
        let text = """
            func library(_ name: String) -> Target { .target(name: name) }
            let package = Package(products: [.executable(name: "recover", targets: ["recover"])], targets: [
                .systemLibrary(name: "CYAML", pkgConfig: "yaml", providers: [.apt(["libyaml-dev"])]),
                library("YAML", ["CYAML"]), // library("YAML", ["LabHosts"])
                library("Estates", ["YAML", "LabHosts"]),
                library("LabHosts", ["JSON"]),
                program(
                    "recover",
                    ["Estates"]),
                tests("RecoverTests", ["LabHosts"]),
            ])
            """
        let manifest = Manifest(SourceFile("Package.swift", text))
        #expect(
            manifest.reachable(from: "recover") == ["Estates", "YAML", "CYAML", "LabHosts", "JSON"])
        let reasons = manifest.findings("Package.swift").map(\.reason)
        #expect(
            reasons.sorted() == [
                "Estates may not depend on LabHosts", "recover is built from LabHosts",
            ])
    }

    @Test func `a long file is found, and so is an exception nobody needs`() {
        let long = file("JSON", String(repeating: "let x = 1\n", count: 301))
        let short = file("JSON", "let x = 1\n")
        #expect(Sizes.files(long, exceptions: [:]).count == 1)
        #expect(Sizes.files(long, exceptions: [long.path: "a table"]).isEmpty)
        #expect(Sizes.files(short, exceptions: [:]).isEmpty)
        #expect(Sizes.files(short, exceptions: [short.path: "a table"]).count == 1)
    }

    @Test(arguments: [
        "func work(", "public init(", "    private static func work<T>(", "deinit {", "subscript(",
    ])
    func `a long function is found`(_ start: String) {
        let head = start.hasSuffix("{") ? start : start + "x: Int\n) throws -> [Int] {"
        func text(_ count: Int) -> String {
            head + "\n" + String(repeating: "    if x { y() } // }\n", count: count) + "}\n"
        }
        #expect(Sizes.functions(file("JSON", text(60))).count == 1)
        #expect(Sizes.functions(file("JSON", text(40))).isEmpty)
    }

    @Test func `a requirement without a body is not taken for what follows it`() {
        let text = """
            protocol P {
                func ask() -> Int
                init(x: Int)
            }
            enum E {
            \(String(repeating: "    case x\n", count: 70))}
            """
        #expect(Functions.of(file("JSON", text)).isEmpty)
    }

    @Test func `a line of 111 columns is found`() {
        let line = String(repeating: "é", count: 110)
        #expect(Sizes.lines(file("JSON", line)).isEmpty)
        #expect(Sizes.lines(file("JSON", line + "x")).count == 1)
    }

    @Test(arguments: [
        "public struct A {}", "@frozen\npublic enum A {}", "    public static let a = 1",
        "/// A.\npublic let a = 1\n\npublic let b = 1", "/// A.\nlet a = 1\npublic let b = 1",
        "/// All.\npublic struct A {\n\n    public let a: Int", "struct A {\n    public let a: Int",
        "public private(set) var a = 1", "public mutating func a() {}",
        "// not a doc\npublic let a = 1",
        "public subscript(a: Int) -> Int { a }", "public init(a: Int) { work(a) }",
        "open class A {}",
        "public typealias A = Int", "public protocol A {}",
        "public init() throws {\n    self.a = b\n    c()\n}",
    ])
    func `a public declaration without a doc comment is found`(_ text: String) {
        #expect(Documentation.publicDeclarations(file("JSON", text)).count == 1)
    }

    @Test(arguments: [
        "/// Words.\npublic struct A {}", "/// Words.\n@frozen\npublic enum A {}", "struct A {}",
        "public import JSON", "extension A { }", "let text = \"public struct A {}\"",
        "public init(a: Int) { self.a = a }",
        "public init(\n    a: Int\n) {\n    self.a = a\n    self.b = [:]\n}",
        "public var description: String { \"\" }",
        "public init(stringLiteral value: String) { work() }",
        "/// Both.\npublic let a: Int\npublic let b: Int", "open = a",
        "/// All.\npublic struct A {\n    public let a: Int\n    public let b: Int",
        "public static func == (a: A, b: A) -> Bool { true }", "// public struct A {}",
    ])
    func `a documented, a private and a self-explaining one are not`(_ text: String) {
        #expect(Documentation.publicDeclarations(file("JSON", text)).isEmpty)
    }

    @Test(arguments: [
        "struct RunManager {}", "public final class HTTPHandler {}", "enum StringUtils {}",
        "class Helper {}",
        "actor BackupService {}", "protocol P {}\nstruct PImpl: P {}", "typealias Util = Int",
    ])
    func `an empty word in a type's name is found`(_ text: String) {
        #expect(Words.typeNames(file("JSON", text)).count == 1)
    }

    @Test(arguments: [
        "struct Implicit {}", "let manager = 1", "// struct RunManager", "struct Serviceability {}",
        "class func Handler() {}", "let x = \"struct Helper {}\"",
    ])
    func `an honest name is not`(_ text: String) {
        #expect(Words.typeNames(file("JSON", text)).isEmpty)
    }

    @Test func `a place of one machine and work left for later are found`() {
        for word in Words.banned {
            #expect(Words.text("x", "first\nsee \(word)").map(\.line) == [2])
        }
        #expect(Words.text("x", "/srv/home" + "/wo" + "rk/x, net" + "work/, MASTO" + "DON").isEmpty)
    }

    @Test func `a scan tells code from comments, strings and interpolation`() {
        let scan = Scan("a \"b \\(c(\"d\")) }\" e /* f /* g */ } */ h // i }\n#\"j \" \\(k) }\"# l")
        #expect(!scan.code.contains("}"))
        for kept in ["a", "e", "h", "l"] { #expect(scan.code.contains(kept)) }
        for blanked in ["b", "d", "f", "g", "i", "j"] { #expect(!scan.code.contains(blanked)) }
        #expect(scan.uncommented.contains("b \\(c(\"d\"))"))
        #expect(scan.code.split(separator: "\n").count == 2)
    }
}
