import Glibc
import Testing

/// The files of this repository.
struct Tree {
    let root: String

    /// Finds the repository by the place of this very file, four levels deep.
    init() {
        let resolved = realpath(#filePath, nil)
        defer { free(resolved) }
        let file = resolved.map { String(cString: $0) } ?? #filePath
        root = file.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 }
    }

    /// What a build, an editor or git itself leaves is not part of the tree.
    private static let skipped: Set = [".git", ".build", "bin", "tmp", ".swiftpm"]

    /// Paths of all files below `folder`, relative to the root, sorted.
    func files(under folder: String = "") -> [String] {
        var found: [String] = []
        collect(folder, into: &found)
        return found.sorted()
    }

    private func collect(_ folder: String, into found: inout [String]) {
        guard let directory = opendir(root + "/" + folder) else { return }
        defer { closedir(directory) }
        while let entry = readdir(directory) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            guard name != ".", name != "..", !Self.skipped.contains(name) else { continue }
            guard !name.hasPrefix(".build") else { continue }
            let path = folder.isEmpty ? name : folder + "/" + name
            var status = stat()
            guard lstat(root + "/" + path, &status) == 0 else { continue }
            switch status.st_mode & S_IFMT {
            case S_IFDIR: collect(path, into: &found)
            case S_IFREG: found.append(path)
            default: break
            }
        }
    }

    /// The bytes of a file.
    func bytes(_ path: String) throws -> [UInt8] {
        let descriptor = open(root + "/" + path, O_RDONLY | O_CLOEXEC)
        try #require(descriptor >= 0, "cannot read \(path)")
        defer { close(descriptor) }
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        while true {
            let count = read(descriptor, &buffer, buffer.count)
            try #require(count >= 0, "cannot read \(path)")
            if count == 0 { return bytes }
            bytes += buffer[..<count]
        }
    }

    /// The text of a file.
    func text(_ path: String) throws -> String {
        String(decoding: try bytes(path), as: UTF8.self)
    }

    /// Every Swift file below the folders, read and scanned once for all rules.
    func sources(under folders: [String]) throws -> [SourceFile] {
        try Self.scanned.get().filter { file in
            folders.contains { file.path.hasPrefix($0 + "/") }
        }
    }

    private static let scanned: Result<[SourceFile], any Error> = Result {
        let tree = Tree()
        return try ["Sources", "Tests"].flatMap { tree.files(under: $0) }
            .filter { $0.hasSuffix(".swift") }.map { SourceFile($0, try tree.text($0)) }
    }
}
