import Testing

@testable import LabCluster

@Suite struct ChangeTests {
    @Test func `the name of a run does not make a request another one`() {
        func digest(_ text: String) -> String {
            Change.digest(of: Request(method: "PATCH", path: "/x", body: Array(text.utf8)))
        }
        let first = digest(#"{"requestedAt":"20261121-cb42kn","suspend":false}"#)
        #expect(first == digest(#"{"requestedAt":"20261121-2b6bpf","suspend":false}"#))
        #expect(first != digest(#"{"requestedAt":"20261121-2b6bpf","suspend":true}"#))
        #expect(first != digest(#"{"requestedAt":"20261121-2b6bpfx","suspend":false}"#))
    }
}
