import Glibc
import JSON
import Testing
import YAML

@testable import Runbooks

@Suite struct `The JSON Schema` {
    private static let folder = root + "/runbooks"

    /// What is committed, parsed.
    private static func committed() throws -> [(path: String, node: YAMLNode, document: Document)] {
        try ["", "/fragments"].flatMap { part in
            try Corpus.names(in: folder + part).map { name in
                let path = "\(folder)\(part)/\(name).yaml"
                let (node, document) = try Document.read(path)
                return (path, node, document)
            }
        }
    }

    private static func decode(_ node: YAMLNode, _ document: Document, _ problems: Problems) {
        if node["fragment"] != nil {
            _ = RunbookDecoder.decodeFragment(node, document, problems)
        } else {
            _ = RunbookDecoder.decodeRunbook(node, document, problems)
        }
    }

    /// A decoder that knows a key the table lacks would read what editors call
    /// wrong; a key of the table nobody reads would be ignored.
    @Test func `knows each key a decoder asks for, and no other`() throws {
        var asked: [String: Set<String>] = [:]
        var documents = try Self.committed().map { ($0.node, $0.document) }
        for exhibit in try Corpus.exhibits() {
            guard let read = try? Document.read("\(Corpus.folder)/\(exhibit.name).yaml") else {
                continue
            }
            documents.append((read.0, read.1))
        }
        let all = Array(Self.everything.utf8)
        documents.append((try YAMLParser.parse(all), Document(path: "everything.yaml", bytes: all)))
        for (node, document) in documents {
            let problems = Problems(file: document.path)
            Self.decode(node, document, problems)
            if document.path == "everything.yaml" { #expect(problems.list == []) }
            asked.merge(problems.asked) { $0.union($1) }
        }
        for shape in Shape.all where !shape.members.isEmpty {
            #expect(asked[shape.name] == Set(shape.keys), "\(shape.name)")
        }
        #expect(Set(asked.keys).isSubset(of: Shape.all.map(\.name) + Shape.all.map(\.name)))
        #expect(Set(Shape.all.map(\.name)).count == Shape.all.count)
    }

    @Test func `takes everything that is committed`() throws {
        let paths = try Self.committed().map(\.path)
        let found = try validate(paths)
        #expect(found.count == paths.count)
        #expect(found.filter { !$0.hasPrefix("valid ") } == [])
    }

    @Test func `sees what can be seen of the corpus`() throws {
        let paths = try Corpus.exhibits().map { "\(Corpus.folder)/\($0.name).yaml" }
        let found = try validate(paths)
        let invalid = found.filter { $0.hasPrefix("invalid ") }
        print("schema: \(invalid.count) of \(paths.count) bad runbooks are invalid by it alone")
        #expect(found.count == paths.count)
        #expect(invalid.count >= 90)
        // Names, numbers, kinds: an editor has to see these.
        for word in ["b13-", "b15-", "b17-slash", "b27-words", "b29-", "missing-"] {
            let these = paths.filter { $0.contains("/\(word)") }
            let seen = invalid.filter { $0.contains("/\(word)") }
            #expect(
                these.count == seen.count,
                "\(word): \(these.filter { path in !seen.contains { $0.contains(path) } })")
        }
    }

    /// Whatever the decoders take the schema takes: it must never call wrong what runs.
    @Test func `is nowhere stricter than the decoders`() throws {
        var taken: [JSONValue] = []
        let chosen = ["node-loss", "fleet-freeze", "argocd-sync", "k3s-etcd-rejoin", "flux-child"]
        for (path, node, document) in try Self.committed() {
            guard chosen.contains(where: { path.hasSuffix("/\($0).yaml") }) else { continue }
            for index in 0..<node.memberCount {
                var left = index
                let changed = node.withoutMember(&left)
                let problems = Problems(file: document.path)
                Self.decode(changed, document, problems)
                if problems.list.isEmpty { taken.append(changed.json) }
            }
        }
        #expect(taken.count > 100)
        try Files.withFolder { folder in
            try Files.write(JSONValue.array(taken).utf8, to: folder + "/taken.json")
            #expect(try validate([folder + "/taken.json"]) == ["valid \(folder)/taken.json"])
        }
    }

    /// Fails when there is no validator: `make setup` brings it.
    private func validate(_ paths: [String]) throws -> [String] {
        try Files.withFolder { folder in
            try Files.write(RunbookSchema.json.utf8, to: folder + "/schema.json")
            let script = Corpus.folder + "/validate.py"
            let output = try Files.tool(
                "/usr/bin/python3", [script, folder + "/schema.json"] + paths)
            return output.split(separator: "\n").map(String.init)
        }
    }

    /// Every key of the language once.
    private static let everything = """
        recover: 1
        runbook: everything
        version: 1.0.0
        title: Everything
        applies-to: { cluster.distribution: [k3s] }
        objective: { rto: 1h }
        blast-radius: { max-targets: 1, min-survivors: 1 }
        parameters:
          node: { type: node, in: cluster.workers }
          cluster: { type: cluster }
          word: { type: text, pattern: "[a-z]+" }
          one: { type: choice, of: [a, b] }
          backup: { type: backup, kind: etcd }
          token: { type: secret }
        prerequisites: [{ id: p, title: P, check: { run: [x] }, otherwise: Repair it }]
        steps:
          - id: a
            title: A
            why: Because
            hazard: Much
            when: { node.role: [worker], cluster.cni: flannel }
            each: { item: cluster.nodes, except: node, at-once: 1 }
            observe:
              o: { ssh: { host: node, run: [x] }, absent: done }
              p: { http: { url: "https://a/" } }
              q: { dns: { server: 10.0.0.1, name: a.example } }
            approve: 1
            goal:
              all:
                - { tcp: { address: a, port: 1 } }
                - { dns: { server: a, name: b, type: TXT }, expect: { stdout: { empty: false } } }
                - { desired-state: newer, source: a, commit: b, expect: { stdout: { contains: c } } }
                - not: { prove: datastore, with: { file: /a, token: token } }
                - any: [{ prove: sealing-keys, with: { cluster: cluster, from: token } }]
                - prove: powered-off
                  with: { node: node }
                - attempt: { exit: 0, log: { contains: x } }
                - http: { url: "https://a/", address: b, method: HEAD, headers: { A: b }, tls: cluster }
                  expect: { status: [200], headers: { a: { equals: b } }, certificate: { valid-for: 1d } }
            guard:
              run: [x]
              expect:
                fails-on: [1]
                stderr: { starts: a, ends: b, matches: c, lines: { containing: d, count: 1 } }
                stdout: { same-as: observed.o, differs-from: observed.o }
                json: { at: /a, equals: 1, any-of: [1], every: { a: 1 }, count-of: cluster.nodes }
            do: { run: [x, { spread: cluster.nodes }, { json: { a: b } }] }
            stdin: { material: sealing-keys, from: token }
            undo: { do: { run: [x], stdin: { json: 1 } }, goal: { run: [x] }, effect: once, timeout: 1s }
            effect: repeatable
            timeout: 1m
            settle: 1s
            retry: { attempts: 2, pause: 1s }
            output: none
            gitops: freeze
          - { id: b, title: B, timeout: 1m, do: { desired-state: pin, source: cluster.gitops.source } }
          - { id: c, title: C, timeout: 1m, do: { ask: { rekey: node } } }
          - id: d
            title: D
            timeout: 1m
            effect: repeatable
            do: { kubectl: { at: cluster, run: [get, x] } }
            capture:
              c: { from: stdout, json: /a, where: { under: /b, equals: c }, take: { name: /n } }
              n: { from: stdout, json: /a, where: [{ under: /b, none: c }, { under: /b, present: true }] }
              r: { from: stdout, json: /a, where: { under: /b, repository: c }, take: { n: /n, p.n: /p } }
          - { id: e, title: E, each: { item: d.c, after: /dependsOn }, do: { note: true } }
          - { id: g, title: G, each: { item: d.c, before: [/brings, /more] }, do: { note: true } }
          - { include: list, id: f, with: { node: node }, each: { item: d.c }, when: { node.role: worker } }
        recovered: [{ id: up, title: Up, within: 1m, check: { run: [x] } }]
        """
}

extension YAMLNode {
    /// Members of all mappings in it.
    fileprivate var memberCount: Int {
        switch self {
        case .scalar: 0
        case .sequence(let elements, _): elements.reduce(0) { $0 + $1.memberCount }
        case .mapping(let mapping, _):
            mapping.entries.reduce(mapping.entries.count) { $0 + $1.value.memberCount }
        }
    }

    /// Without one member, counted through the whole.
    fileprivate func withoutMember(_ left: inout Int) -> YAMLNode {
        switch self {
        case .scalar: return self
        case .sequence(let elements, let mark):
            var changed: [YAMLNode] = []
            for element in elements { changed.append(element.withoutMember(&left)) }
            return .sequence(changed, mark)
        case .mapping(let mapping, let mark):
            var entries: [(key: Scalar, value: YAMLNode)] = []
            for entry in mapping.entries {
                left -= 1
                if left == -1 { continue }
                entries.append((entry.key, entry.value.withoutMember(&left)))
            }
            return .mapping(Mapping(entries: entries), mark)
        }
    }
}
