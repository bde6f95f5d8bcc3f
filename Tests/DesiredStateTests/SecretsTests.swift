import DesiredState
import Estates
import Testing

/// Secrets that are needed, and whether anything makes them.
@Suite struct SecretsTests {
    private let pod = """
        spec:
          imagePullSecrets: [{ name: pull }]
          containers:
            - name: c
              env:
                - { name: A, valueFrom: { secretKeyRef: { name: one, key: k } } }
                - { name: B, valueFrom: { secretKeyRef: { name: maybe, key: k, optional: true } } }
              envFrom: [{ secretRef: { name: two } }, { configMapRef: { name: none } }]
          volumes:
            - { name: v, secret: { secretName: three } }
            - { name: w, projected: { sources: [{ secret: { name: four } }] } }
            - { name: t, secret: { secretName: default-token-x7k2p } }

        """

    private func named(_ files: [String: String]) -> [String] {
        inventory(files).secretsNamed.map { "\($0.name.name) \($0.isMade)" }
    }

    @Test func `every place where a workload names a Secret is seen`() {
        #expect(
            named(["home/a.yaml": manifest("Pod", "p", pod)])
                == ["four", "one", "pull", "three", "two"].map { "\($0) false" })
        let tls = "spec: { tls: [{ secretName: cert }] }\n"
        let ingress = manifest("Ingress", "i", tls, version: "networking.k8s.io/v1")
        #expect(named(["home/a.yaml": ingress]) == ["cert false"])
        let issued = ingress.replacing(
            "  name: i\n",
            with: "  name: i\n  annotations: { cert-manager.io/cluster-issuer: acme }\n")
        #expect(named(["home/a.yaml": issued]) == [])
    }

    @Test func `what makes a Secret accounts for it, in its namespace`() {
        let external = "external-secrets.io/v1"
        let made = [
            manifest("Secret", "one"),
            manifest("SealedSecret", "two", version: "bitnami.com/v1alpha1"),
            manifest(
                "ExternalSecret", "e", "spec: { target: { name: three } }\n", version: external),
            manifest(
                "Certificate", "c", "spec: { secretName: four }\n", version: "cert-manager.io/v1"),
            manifest(
                "ClusterExternalSecret", "pull", "spec: { externalSecretSpec: {} }\n",
                version: external),
        ].joined(separator: "---\n")
        let files = ["home/a.yaml": manifest("Pod", "p", pod), "home/b.yaml": made]
        #expect(named(files).allSatisfy { $0.hasSuffix(" true") })
        var elsewhere = files
        elsewhere["home/b.yaml"] = made.replacing(
            "  name: one", with: "  name: one\n  namespace: b"
        )
        .replacing("target: {", with: "target: { creationPolicy: Merge,")
        #expect(named(elsewhere).filter { $0.hasSuffix("false") } == ["one false", "three false"])
    }

    @Test func `check notes each that nothing makes, once, with its users`() {
        let files = [
            "home/web/kustomization.yaml":
                "resources: [a.yaml, b.yaml]\nsecretGenerator: [{ name: one, envs: [x] }]\n",
            "home/web/a.yaml": manifest("Pod", "p", pod),
            "home/web/b.yaml": manifest("Pod", "q", pod),
        ]
        let found = DesiredCheck(inventory(files), DesiredCheck.Setting()).findings
            .filter { $0.code == "DS-SECRET" }
        #expect(
            found.map(\.subject) == ["four", "pull", "three", "two"].map { "Secret default/\($0)" })
        #expect(found.allSatisfy { $0.weight == .note })
        #expect(found.first?.message.contains("Pod default/p, Pod default/q") == true)
        #expect(found.first?.message.contains("computed may") == true)
    }
}
