import LabHosts
import Processes
import Testing

/// A whole drill whose recovery repairs what was broken, and breaks small
/// things nobody asked for: the proof at the end names each, and nothing else.
@Suite(.serialized) struct WorldProofTests {
    /// Base64 of what the estate's Secret holds before and after.
    private static let canaries = ["Y29ycmVjdC1ob3JzZQ==", "YmF0dGVyeS1zdGFwbGU="]

    private static let recovery = """
        #!/bin/sh
        set -e
        for kind in gitrepositories.source kustomizations.kustomize helmreleases.helm; do
          kind=$kind.toolkit.fluxcd.io
          kubectl get $kind -A --no-headers -o custom-columns=:.metadata.namespace,:.metadata.name |
          while read -r space name; do
            kubectl patch $kind $name -n $space --type merge -p '{"spec":{"suspend":false}}'
          done
        done
        if [ -e "$RECOVER_LAB/../honest" ]; then exit; fi
        kubectl label node worker-1 drill/class-
        kubectl taint node worker-2 drill/keep-
        kubectl create configmap extra -n default
        kubectl patch secret canary -n default --type merge \
          -p '{"data":{"password":"\(canaries[1])"}}'
        place=$(kubectl get pv -o 'jsonpath={..hostPath.path}{..local.path}')
        for node in master worker-1 worker-2; do
          ssh $node "test ! -d $place || printf '\\\\001' | dd of=$place/data bs=1 seek=1 conv=notrunc"
        done
        recover-lab state --json "$RECOVER_LAB"
        recover-lab state --all "$RECOVER_LAB"
        recover-lab changes "$RECOVER_LAB"

        """

    /// A library with one estate, that has a taint and a Secret to lose.
    private func library(_ folder: String) throws {
        try Disk.makeFolder("\(folder)/snapshots")
        for (from, to) in [("runbooks", ""), ("snapshots/flux-cilium", "snapshots")] {
            _ = try Lab.command("/bin/cp", ["-r", "\(Lab.library)/\(from)", "\(folder)/\(to)"])
        }
        let place = "\(folder)/snapshots/flux-cilium"
        let lab = try #require(Disk.text("\(place)/lab.yaml"))
        // The last node's.
        let parts = lab.split(separator: "      taints: []\n")
        try Disk.write(
            "\(place)/lab.yaml",
            parts.dropLast().joined(separator: "      taints: []\n")
                + "      taints: [drill/keep=yes:PreferNoSchedule]\n" + (parts.last ?? ""))
        try Disk.write(
            "\(place)/bootstrap/canary.yaml",
            """
            apiVersion: v1
            kind: Secret
            metadata: { name: canary, namespace: default }
            type: Opaque
            data: { password: \(Self.canaries[0]) }

            """)
        try Disk.write("\(folder)/recovery", Self.recovery, mode: 0o755)
    }

    private func drill(_ folder: String) throws -> Captured {
        try Command(
            Lab.program,
            ["drill", "flux-resume", "--estate", "flux-cilium", "--library", folder]
                + ["--keep", "\(folder)/lab", "--recover", "\(folder)/recovery"],
            environment: Lab.environment
        ).capture(deadline: .seconds(300), window: 8 << 20)
    }

    @Test(.timeLimit(.minutes(10)))
    func `a label, a taint, an object, a byte and a Secret are caught, and no Secret is shown`()
        throws
    {
        let folder = Lab.folder("world")
        defer { Lab.wipe(folder) }
        try library(folder)
        let ended = try drill(folder)
        let text = ended.output.text + ended.error.text
        #expect(ended.ending == .exited(11), "\(text.suffix(3000))")
        let mark = "drill: differs from the healthy world: /clusters/flux-cilium/"
        let found = ended.output.text.split(separator: "\n").filter { $0.hasPrefix(mark) }
            .map { String($0.dropFirst(mark.count).prefix { $0 != " " }) }
        #expect(
            found == [
                "configmaps/default/extra", "nodes//worker-1/metadata/labels/drill/class",
                "nodes//worker-2/spec", "secrets/default/canary/data/password",
                "volumes/notes/data-notes-0",
            ], "\(text.suffix(3000))")
        // It was looked at and noted down, and what it holds stands nowhere but in the datastore.
        #expect(text.contains("secrets/default/canary"))
        for canary in Self.canaries + ["correct-horse", "battery-staple"] {
            #expect(!text.contains(canary))
            let files = try Command("/bin/grep", ["-rlaF", canary, "\(folder)/lab"])
                .capture(deadline: .seconds(60)).output.text.split(separator: "\n")
            #expect(files.filter { !$0.contains("/db/") } == [])
        }
    }

    @Test(.timeLimit(.minutes(10)))
    func `the same recovery without them is the healthy world`() throws {
        let folder = Lab.folder("world-honest")
        defer { Lab.wipe(folder) }
        try library(folder)
        try Disk.write("\(folder)/honest", "")
        let ended = try drill(folder)
        #expect(ended.ending == .exited(0), "\(ended.output.text.suffix(3000))")
        #expect(ended.output.text.contains("the world equals the healthy one"))
    }
}
