import Glibc
import Runbooks
import Testing
import YAML

/// The diagnostics of a text read as the runbook `x`, each as
/// `CODE line:column`.
func findings(_ text: String) -> [String] {
    diagnostics(text).map { "\($0.code) \($0.mark?.description ?? "")" }
}

/// The diagnostics of a text read as the runbook `x`.
func diagnostics(_ text: String) -> [Diagnostic] {
    let bytes = Array(text.utf8)
    do {
        let root = try YAMLParser.parse(bytes)
        _ = try RunbookDecoder.runbook(root, Document(path: "x.yaml", bytes: bytes))
        return []
    } catch let error as Diagnostics {
        return error.list
    } catch let error as YAMLError {
        return [
            Diagnostic(file: "x.yaml", mark: error.mark, code: error.code, message: error.reason)
        ]
    } catch {
        return [Diagnostic(file: "x.yaml", mark: nil, code: "\(error)", message: "")]
    }
}

/// A runbook that is right but for `step`, which begins in line 7, column 5. It
/// knows the nodes `node` and `n`, the clusters `cluster` and `c`, the text `x`
/// and the secret `token`.
func runbook(step: String) -> String {
    """
    recover: 1
    runbook: x
    version: 1.0.0
    title: X
    recovered: [{ id: up, title: Up, within: 1m, check: { run: ["true"] } }]
    steps:
      - \(step)
    parameters:
      node: { type: node }
      n: { type: node }
      cluster: { type: cluster }
      c: { type: cluster }
      x: { type: text }
      token: { type: secret }

    """
}

/// The top folder of the project.
let root = "/" + #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
