import Testing

extension AcceptanceTests.InAHealthyEstate {
    /// What `http`, `tcp` and `dns` say, asked by the real programs in the lab.
    @Suite struct ProbeTests {
        private let lab: Lab
        /// An address of the lab that leads nowhere else.
        private static let here = "10.255.0.10"
        private static let ready = "https://89.168.42.7:6443/readyz"

        init() throws { lab = try Lab.shared() }

        /// Asks `checks`, id to YAML, with `plan --probe`; the answers by id.
        private func ask(
            _ name: String, _ checks: [(id: String, check: String)], set: [String: String] = [:]
        ) throws -> (answers: [String: String], shown: Answer) {
            let somebody = try Responder(lab, name)
            try lab.library.add(
                name,
                prerequisites: checks.map {
                    "  - { id: \($0.id), title: \($0.id), otherwise: No., check: \($0.check) }\n"
                }.joined(), steps: ["  - { id: one, title: One, do: { note: true } }\n"])
            let line = try somebody.line(
                ["plan", name, "--cluster", "local", "--probe"], set)
            let answer = try lab.run(line, seconds: 60)
            var answers: [String: String] = [:]
            for line in answer.lines {
                for word in ["holds", "fails", "cannot tell"] where line.hasPrefix("  \(word) ") {
                    let rest = line.dropFirst(15)
                    guard rest.hasPrefix("prerequisite ") else { continue }
                    answers[String(rest.dropFirst(13).prefix { $0 != ":" })] = word
                }
            }
            #expect(answers.count == checks.count, "\(answer)")
            return (answers, answer)
        }

        private func http(_ url: String, _ more: String, _ expect: String) -> String {
            "{ http: { url: \"\(url)\"\(more) }, expect: { \(expect) } }"
        }

        @Test(.timeLimit(.minutes(10)))
        func `http tells status, body and whom it trusts apart`() throws {
            // Without a credential the API answers 401, and says so in JSON.
            let cases: [(String, String, String)] = [
                ("one", "holds", http(Self.ready, ", tls: cluster", "status: 401")),
                ("listed", "holds", http(Self.ready, ", tls: cluster", "status: [200, 401]")),
                ("other", "fails", http(Self.ready, ", tls: cluster", "status: 200")),
                ("unlisted", "fails", http(Self.ready, ", tls: cluster", "status: [200, 503]")),
                (
                    "body", "holds",
                    http(Self.ready, ", tls: cluster", "status: 401, json: { at: /code, equals: 401 }")
                ),
                (
                    "another-body", "fails",
                    http(Self.ready, ", tls: cluster", "status: 401, json: { at: /code, equals: 200 }")
                ),
                (
                    "head", "holds",
                    http(Self.ready, ", tls: cluster, method: HEAD", "status: 401")
                ),
                ("system-ca", "cannot tell", http(Self.ready, "", "status: 401")),
                ("wrong-ca", "cannot tell", http(Self.ready, ", tls: homelab", "status: 401")),
                (
                    "wrong-name", "cannot tell",
                    http(
                        "https://elsewhere.test:6443/readyz",
                        ", address: 89.168.42.7, tls: cluster", "status: 401")
                ),
                (
                    "closed", "cannot tell",
                    http("https://89.168.42.7:6444/readyz", ", tls: cluster", "status: 401")
                ),
                (
                    "not-tls", "cannot tell",
                    http("http://89.168.42.7:22/", "", "status: 401")
                ),
                (
                    "good-for-long", "holds",
                    http(Self.ready, ", tls: cluster", "status: 401, certificate: { valid-for: 30d }")
                ),
            ]
            let (answers, shown) = try ask("probe-http", cases.map { ($0.0, $0.2) })
            for (id, wanted, _) in cases {
                #expect(answers[id] == wanted, "\(id): \(answers[id] ?? "nothing")\n\(shown)")
            }
            #expect(shown.code == 4, "\(shown)")
        }

        /// The API's certificate is good for a year; this server's for ten days.
        @Test(.timeLimit(.minutes(10)))
        func `a certificate that ends too early fails`() async throws {
            let somebody = try Responder(lab, "certificate")
            let folder = somebody.folder
            try Files.tool(
                "/usr/bin/openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt",
                "ec_paramgen_curve:prime256v1", "-nodes", "-days", "10", "-subj", "/CN=short",
                "-addext", "subjectAltName=IP:\(Self.here)", "-keyout", "\(folder)/server.key",
                "-out", "\(folder)/server.crt")
            let words = [
                "openssl", "s_server", "-accept", "\(Self.here):7443", "-www", "-cert",
                "\(folder)/server.crt", "-key", "\(folder)/server.key",
            ]
            let server = try Job(
                try lab.entering(words), log: "\(folder)/server.log", shown: "openssl s_server")
            try await server.awaitOutput("ACCEPT")
            let config = try binding(folder, more: "tls: { short: { ca: \"\(folder)/server.crt\" } }")
            let url = "https://\(Self.here):7443/"
            let (answers, shown) = try ask(
                "probe-certificate",
                [
                    ("now", http(url, ", tls: short", "certificate: { valid-for: 1d }")),
                    ("nine", http(url, ", tls: short", "certificate: { valid-for: 9d }")),
                    ("later", http(url, ", tls: short", "certificate: { valid-for: 30d }")),
                    ("eleven", http(url, ", tls: short", "certificate: { valid-for: 11d }")),
                    ("strangers", http(url, ", tls: cluster", "certificate: { valid-for: 1d }")),
                ], set: ["XDG_CONFIG_HOME": config])
            #expect(
                answers == [
                    "now": "holds", "nine": "holds", "later": "fails", "eleven": "fails",
                    "strangers": "cannot tell",
                ], "\(shown)\n\(server.output)")
        }

        /// A folder of configuration with the lab's binding and `more`.
        private func binding(_ folder: String, more: String) throws -> String {
            let place = "recover/bindings/oci-layer7.yaml"
            let text = try #require(Files.text("\(lab.folder)/lab/config/\(place)"))
            try Files.makeFolder("\(folder)/config")
            try Files.makeFolder("\(folder)/config/recover")
            try Files.makeFolder("\(folder)/config/recover/bindings")
            try Files.write("\(text)\(more)\n", to: "\(folder)/config/\(place)", mode: 0o600)
            return "\(folder)/config"
        }

        @Test(.timeLimit(.minutes(10)))
        func `tcp holds where connected, fails where refused, else cannot tell`() throws {
            let (answers, shown) = try ask(
                "probe-tcp",
                [
                    ("open", "{ tcp: { address: 89.168.42.7, port: 6443 } }"),
                    ("closed", "{ tcp: { address: 89.168.42.7, port: 6444 } }"),
                    ("nowhere", "{ tcp: { address: 203.0.113.9, port: 6443 } }"),
                    ("metadata", "{ tcp: { address: 169.254.169.254, port: 80 } }"),
                ])
            #expect(
                answers == [
                    "open": "holds", "closed": "fails", "nowhere": "cannot tell",
                    "metadata": "cannot tell",
                ], "\(shown)")
        }

        /// A full queue drops what comes: nobody answers, as behind a firewall.
        @Test(.timeLimit(.minutes(10)))
        func `where nothing answers nothing is told, in the step's own time`() async throws {
            let somebody = try Responder(lab, "black-hole")
            let script = """
                use Socket qw(:DEFAULT SOCK_NONBLOCK); $| = 1; my @kept;
                my $to = sockaddr_in(7001, inet_aton("\(Self.here)"));
                socket(my $server, PF_INET, SOCK_STREAM, 0) or die; bind($server, $to) or die;
                listen($server, 0) or die;
                for (1..3) {
                    socket(my $one, PF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0); connect($one, $to);
                    push @kept, $one;
                }
                print "full\\n"; sleep 100;
                """
            let hole = try Job(
                try lab.entering(["perl", "-e", script]), log: "\(somebody.folder)/hole.log",
                shown: "perl")
            try await hole.awaitOutput("full")
            let checks = [
                "{ tcp: { address: \(Self.here), port: 7001 } }",
                "{ http: { url: \"http://\(Self.here):7001/\" } }",
            ]
            for (index, check) in checks.enumerated() {
                let name = "black-hole-\(index)"
                try lab.library.add(
                    name, steps: ["  - { id: hole, title: Hole, timeout: 3s, goal: \(check) }\n"])
                let start = ContinuousClock.now
                let answer = try somebody.recover(
                    name, "--cluster", "local", journal: "\(somebody.folder)/\(name)",
                    set: ["XDG_STATE_HOME": "\(somebody.folder)/state\(index)"])
                let took = ContinuousClock.now - start
                #expect(answer.code == 6, "\(answer)")
                #expect(answer.text.contains("did not answer within"), "\(answer)")
                #expect(took < .seconds(10), "a step of 3 s took \(took)\n\(answer)")
            }
        }

        @Test(.timeLimit(.minutes(10)))
        func `dns asks the server it names, and no such name is an empty answer`() async throws {
            let somebody = try Responder(lab, "dns")
            let tools = try #require(Programs.environment["RECOVER_LAB_TOOLS"])
            let libraries = ["/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu"].map { tools + $0 }
            let group = try lab.run(["id", "-gn"]).text.filter { $0 != "\n" }
            let words =
                ["env", "LD_LIBRARY_PATH=\(libraries.joined(separator: ":"))"] + [
                    "\(tools)/usr/sbin/dnsmasq", "--keep-in-foreground", "--conf-file=/dev/null",
                    "--pid-file", "--log-facility=-", "--no-resolv", "--no-hosts", "--no-poll",
                    "--port=53", "--bind-interfaces", "--listen-address=\(Self.here)",
                    "--local=/lab.test/", "--user=root", "--group=\(group)",
                    "--host-record=two.lab.test,10.0.0.9", "--host-record=two.lab.test,10.0.0.10",
                    "--cname=www.lab.test,two.lab.test", "--txt-record=note.lab.test,a b",
                ]
            let server = try Job(
                try lab.entering(words), log: "\(somebody.folder)/dns.log", shown: "dnsmasq")
            try await server.awaitOutput("started, version")
            func dns(_ name: String, _ more: String, _ matcher: String) -> String {
                "{ dns: { server: \(Self.here), name: \(name)\(more) }, expect: { stdout: { \(matcher) } } }"
            }
            let cases: [(String, String, String)] = [
                ("both", "holds", dns("two.lab.test", "", #"equals: "10.0.0.10\n10.0.0.9""#)),
                ("alias", "holds", dns("www.lab.test", ", type: CNAME", "equals: two.lab.test")),
                ("through", "holds", dns("www.lab.test", "", "contains: 10.0.0.9")),
                ("text", "holds", dns("note.lab.test", ", type: TXT", "equals: a b")),
                ("another", "fails", dns("two.lab.test", "", "equals: 10.0.0.1")),
                ("nobody", "holds", dns("nobody.lab.test", "", "empty: true")),
                ("nobody-at-all", "fails", dns("nobody.lab.test", "", "contains: 10")),
                ("no-such-type", "holds", dns("two.lab.test", ", type: AAAA", "empty: true")),
                ("refused", "cannot tell", dns("example.org", "", "empty: true")),
                (
                    "no-server", "cannot tell",
                    "{ dns: { server: 127.0.0.1, name: two.lab.test }, "
                        + "expect: { stdout: { empty: true } } }"
                ),
            ]
            let (answers, shown) = try ask("probe-dns", cases.map { ($0.0, $0.2) })
            for (id, wanted, _) in cases {
                #expect(answers[id] == wanted, "\(id): \(answers[id] ?? "nothing")\n\(shown)")
            }
        }
    }
}
