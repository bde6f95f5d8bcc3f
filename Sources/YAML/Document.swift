/// Where something was read, and what its bytes were.
public struct Document: Hashable, Sendable {
    public let path: String
    public let bytes: [UInt8]

    public init(path: String, bytes: [UInt8]) {
        self.path = path
        self.bytes = bytes
    }

    /// Reads `path` once and parses it as one YAML document.
    ///
    /// With `isPrivate` nobody else may be able to write it.
    ///
    /// - Throws: what is wrong with the file or its syntax, with its place.
    public static func read(
        _ path: String, isPrivate: Bool = false
    ) throws(Diagnostics) -> (YAMLNode, Document) {
        let bytes: [UInt8]
        do {
            bytes = try SourceFile.read(path: path, isPrivate: isPrivate)
        } catch {
            throw Diagnostics([
                Diagnostic(file: path, mark: nil, code: error.code, message: error.reason)
            ])
        }
        do {
            return (try YAMLParser.parse(bytes), Document(path: path, bytes: bytes))
        } catch {
            throw Diagnostics([
                Diagnostic(file: path, mark: error.mark, code: error.code, message: error.reason)
            ])
        }
    }
}
