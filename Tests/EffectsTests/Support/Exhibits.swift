/// Text with one of everything that must not be seen.
enum Exhibits {
    static let password = "hunter2-IsLonger/Than&That"
    /// Pieces of it are not secrets anybody told of.
    static let jwt = "eyJhbGciOiJSUzI1NiIsImtpZCI6IngifQ.eyJzdWIiOiJzeXN0ZW06c2EifQ.c2lnbmF0dXJlLXg"
    static let base64 = "cGxhbnRlZC1wYXNzd29yZC0xMjM="

    static let key = """
        -----BEGIN OPENSSH PRIVATE KEY-----
        b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW
        QyNTUxOQAAACBplantedplantedplantedplantedplantedplantedplantedplantedAA
        -----END OPENSSH PRIVATE KEY-----
        """

    static let yaml = """
        apiVersion: v1
        data:
          password: \(base64)
          user: YWRtaW4tcGxhbnRlZA==
        kind: Secret
        metadata:
          name: db
        """

    static let json = """
        {"apiVersion": "v1", "data": {"password": "\(base64)"}, "kind": "Secret", "type": "Opaque"}
        """

    /// Each with what must be gone of it.
    static let shapes: [(text: String, hidden: [String])] = [
        ("before\n\(key)\nbehind", ["b3BlbnNzaC1", "plantedplanted", "PRIVATE KEY"]),
        (key.split(separator: "\n").joined(separator: "\\n"), ["b3BlbnNzaC1", "plantedplanted"]),
        ("> Authorization: Bearer abcdef-planted", ["Bearer", "planted"]),
        ("{\"authorization\":\"Basic cGxhbnRlZA==\",\"x\":1}", ["Basic", "cGxh"]),
        ("Set-Cookie: session=planted; Path=/", ["planted"]),
        ("token is \(jwt).", ["eyJ", "c2lnbmF0"]),
        ("aws AKIAPLANTEDPLANTED12 and ASIAPLANTEDPLANTED22", ["PLANTED"]),
        ("ghp_plantedplantedplantedplantedplanted12", ["planted"]),
        ("AIzaplantedplantedplantedplantedplanted1234", ["planted"]),
        ("postgres://admin:pl@nted@db:5432/x", ["pl@nted"]),
        ("    token: plantedplantedplanted\n", ["planted"]),
        ("{\"token\": \"plantedplantedplanted\"}", ["planted"]),
        ("    client-key-data: cGxhbnRlZHBsYW50ZWQ=", ["cGxhbnRl"]),
        (yaml, [base64, "YWRtaW4"]), (json, [base64]),
        ("kind: Secret\nmetadata:\n  kind: x\ndata:\n  a: \(base64)\n", [base64]),
        ("{\"kind\":\"Secret\",\"metadata\":{\"kind\":\"x\"},\"data\":{\"a\":\"\(base64)\"}}", [base64]),
        (yaml.split(separator: "\n").map { "  \($0)\n" }.joined(), [base64]),
        ("items:\n- apiVersion: v1\n  data:\n    a: \(base64)\n  kind: Secret\n- kind: Pod\n", [base64]),
        ("stringData:\n  a: planted-plain\n", ["planted"]),
        ("{\"stringData\":{\"a\":\"planted-plain\"}}", ["planted"]),
        // What kubectl apply leaves in an annotation.
        (
            "{\"note\": \"" + json.replacing("\"", with: "\\\"") + "\\n\", \"x\": {\"y\": 1}}", [base64]
        ),
    ]

    /// Ordinary text near to it, which must stay.
    static let innocent = [
        "-----BEGIN CERTIFICATE-----\nMIIBplanted\n-----END CERTIFICATE-----\n",
        "error: invalid token: expected a name", "automountServiceAccountToken: false",
        "https://host:8080/path?x=a@b", "docker-pullable://registry:5000/nginx@sha256:aabb",
        "apiVersion: v1\ndata:\n  a: \(base64)\nkind: ConfigMap\n",
        "{\"data\":{\"a\":\"\(base64)\"},\"kind\":\"ConfigMap\",\"owner\":{\"kind\":\"Secret\"}}",
        "kind: Secret\n---\ndata:\n  a: \(base64)\nkind: ConfigMap\n",
        "eyJ is how a token begins", "AKIA is a prefix", "kind: Secret\n", "{\"a\": {\"b\": \"c\"}}\n",
        "{{{{\"\"\"\\\\\"", "data:\n", "token", "authorization", "://", "-----BEGIN ",
    ]

    static func bytes(_ text: String) -> [UInt8] { Array(text.utf8) }
}

extension String {
    /// With every `part` replaced.
    func replacing(_ part: Character, with other: String) -> String {
        reduce(into: "") { $0 += $1 == part ? other : String($1) }
    }
}
