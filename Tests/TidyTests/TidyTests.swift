import Testing

/// The house rules, kept by the tests: who may import whom, how long things
/// are, what is documented and which words are used.
@Suite struct TidyTests {
    private let tree = Tree()

    private func expectNone(_ findings: [Finding]) {
        guard !findings.isEmpty else { return }
        let text = findings.map(\.description).joined(separator: "\n")
        Issue.record("\(findings.count) findings:\n\(text)")
    }

    @Test func `there is a tree to judge`() throws {
        #expect(tree.files().contains("Package.swift"))
        #expect(try tree.sources(under: ["Sources"]).count > 40)
    }

    @Test func `an import points downward`() throws {
        expectNone(try tree.sources(under: ["Sources"]).flatMap(Imports.layering))
    }

    @Test func `C is seen only by its boundary module`() throws {
        expectNone(try tree.sources(under: ["Sources", "Tests"]).flatMap(Imports.boundary))
    }

    @Test func `nothing behind the pure line waits, prints, reads or looks at a clock`() throws {
        expectNone(try tree.sources(under: ["Sources"]).flatMap(Imports.purity))
        for folder in Layers.pure {
            #expect(!tree.files(under: folder).isEmpty, "there is no \(folder)")
        }
    }

    @Test func `Foundation and XCTest are not used`() throws {
        expectNone(try tree.sources(under: ["Sources", "Tests"]).flatMap(Imports.toolchain))
    }

    @Test func `recover is not built from the lab, and targets depend as modules import`() throws {
        let manifest = Manifest(SourceFile("Package.swift", try tree.text("Package.swift")))
        #expect(manifest.dependencies["recover"]?.isEmpty == false)
        #expect(manifest.dependencies["recover-lab"]?.isEmpty == false)
        expectNone(manifest.findings("Package.swift"))
    }

    @Test func `a file, a function and a line can be taken in at a glance`() throws {
        let files = try tree.sources(under: ["Sources", "Tests"])
        expectNone(files.flatMap { Sizes.files($0) })
        expectNone(files.flatMap(Sizes.functions))
        expectNone(files.flatMap(Sizes.lines))
    }

    @Test func `every public declaration has a doc comment`() throws {
        expectNone(try tree.sources(under: ["Sources"]).flatMap(Documentation.publicDeclarations))
    }

    @Test func `a type's name says what it is`() throws {
        expectNone(try tree.sources(under: ["Sources", "Tests"]).flatMap(Words.typeNames))
    }

    @Test func `no file names a place of one machine or leaves work for later`() throws {
        var findings: [Finding] = []
        for path in tree.files() {
            let bytes = try tree.bytes(path)
            guard !bytes.contains(0) else { continue }
            findings += Words.text(path, String(decoding: bytes, as: UTF8.self))
        }
        expectNone(findings)
    }
}
