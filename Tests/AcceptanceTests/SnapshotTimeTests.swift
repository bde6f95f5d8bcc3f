import Testing

extension AcceptanceTests.InAHealthyEstate {
    /// What `recover snapshot take` does when nobody answers.
    @Suite struct SnapshotTimeTests {
        private let lab: Lab

        init() throws { lab = try Lab.shared() }

        /// A kubectl that hangs is ended with the time for everything, and nobody is asked after it.
        @Test(.timeLimit(.minutes(10)))
        func `a snapshot ends when its time is over`() throws {
            let somebody = try Responder(lab, "snapshot-late")
            let bin = "\(somebody.folder)/bin", out = "\(somebody.folder)/out"
            try Files.makeFolder(bin)
            let real = try lab.run(["/bin/sh", "-c", "command -v kubectl"]).lines.first ?? ""
            try Files.write(
                """
                #!/bin/sh
                case "$*" in *kube-system*jsonpath*) exec \(real) "$@" ;; esac
                echo "$*" >>\(bin)/asked
                sleep 20
                echo "$*" >>\(bin)/survived
                exit 1

                """, to: "\(bin)/kubectl", mode: 0o755)
            let path = try lab.run(["/bin/sh", "-c", "echo $PATH"]).lines.first ?? ""
            let refused = try lab.run(
                try somebody.line(
                    ["snapshot", "take", "oci-layer7", "--within", "4", "--out", out],
                    ["PATH": "\(bin):\(path)"]), seconds: 200)
            #expect(refused.code == 4 && !Files.exists(out), "\(refused)")
            #expect(refused.text.contains("SN-NOTHING"), "\(refused)")
            #expect(refused.text.contains("local: there was no time left to ask"), "\(refused)")
            #expect((Files.text("\(bin)/asked") ?? "").split(separator: "\n").count == 1)
            #expect(!Files.exists("\(bin)/survived"), "\(refused)")
        }
    }
}
