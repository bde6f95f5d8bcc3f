internal import Digest
internal import Glibc

/// The folder of files named by the digest of what is in them.
struct OutputStore: Sendable {
    /// Most bytes of one output; longer ones are cut before they are stored.
    static let limit = 64 << 20
    let path: String

    /// Stores `bytes` durably; the same bytes twice are one file.
    func store(_ bytes: [UInt8]) throws(JournalError) -> StoredOutput {
        precondition(bytes.count <= Self.limit, "An output is cut before it is stored.")
        let output = StoredOutput(digest: SHA256.hex(bytes), bytes: bytes.count)
        if objection(to: output) == nil { return output }
        do { try Files.replace("\(path)/\(output.digest)", with: bytes) } catch {
            throw error.whileWriting
        }
        return output
    }

    /// The bytes stored under `digest`, compared with it.
    func bytes(_ digest: String) throws(JournalError) -> [UInt8] {
        do {
            guard Self.isDigest(digest) else { throw JournalError.missing(path: digest) }
            let bytes = try read(digest)
            guard SHA256.hex(bytes) == digest else {
                throw JournalError.damaged(
                    code: "JR-OUTPUT", sequence: nil, reason: "output \(digest) is changed")
            }
            return bytes
        } catch let error as FileError {
            throw .damaged(
                code: "JR-OUTPUT", sequence: nil, reason: "output \(digest): \(error.reason)")
        } catch let error as JournalError {
            throw error
        } catch {
            throw .notReadable(path: path, reason: "\(error)")
        }
    }

    /// What is wrong with the stored file of `output`, or nil.
    func objection(to output: StoredOutput) -> String? {
        guard Self.isDigest(output.digest) else { return "an output's name is no digest" }
        let name = "output \(output.digest)"
        do {
            guard let status = try Files.status("\(path)/\(output.digest)") else {
                return "\(name) is missing"
            }
            guard status.st_mode & S_IFMT == S_IFREG else { return "\(name) is no regular file" }
            guard status.st_size == output.bytes else {
                return "\(name) has \(status.st_size) bytes instead of \(output.bytes)"
            }
            return SHA256.hex(try read(output.digest)) == output.digest
                ? nil : "\(name) is changed"
        } catch { return "\(name): \(error.reason)" }
    }

    /// What is wrong with the outputs that the entry in `line` names. A member's
    /// name has one form in a canonical line, so its bytes tell of it.
    func objections(to line: UnsafeRawBufferPointer) -> [String] {
        guard StoredOutput.isMentioned(in: line), let entry = try? EntryLine.decode([UInt8](line))
        else { return [] }
        return StoredOutput.references(in: entry.data).compactMap(objection)
    }

    private func read(_ digest: String) throws(FileError) -> [UInt8] {
        try Files.read("\(path)/\(digest)", atMost: Self.limit)
    }

    /// Lower-case hex of SHA-256: also keeps a path out of a name.
    static func isDigest(_ text: String) -> Bool {
        text.utf8.count == 64
            && text.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x66).contains($0) }
    }
}
