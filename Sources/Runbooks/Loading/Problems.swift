internal import YAML

/// Collects the mistakes of one document, so that all are told at once.
final class Problems {
    let file: String
    private(set) var list: [Diagnostic] = []

    init(file: String) { self.file = file }

    func add(_ code: String, at mark: Mark, _ message: String) {
        list.append(Diagnostic(file: file, mark: mark, code: code, message: message))
    }

    func throwIfAny() throws(Diagnostics) {
        if !list.isEmpty { throw Diagnostics(list) }
    }
}
