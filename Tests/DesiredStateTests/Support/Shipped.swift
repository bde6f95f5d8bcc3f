import Glibc
import Testing

/// The desired states this repository ships, as files by path.
enum Shipped {
    static func files(_ estate: String) throws -> [String: [UInt8]] {
        let root = #filePath.split(separator: "/").dropLast(4).reduce("") { $0 + "/" + $1 }
        var files: [String: [UInt8]] = [:]
        try collect("\(root)/snapshots/\(estate)/desired-state", "", &files)
        try #require(!files.isEmpty)
        return files
    }

    private static func collect(
        _ root: String, _ folder: String, _ files: inout [String: [UInt8]]
    ) throws {
        let path = folder.isEmpty ? root : "\(root)/\(folder)"
        let stream = try #require(opendir(path), "\(path)")
        defer { closedir(stream) }
        while let entry = readdir(stream) {
            let name = withUnsafeBytes(of: entry.pointee.d_name) {
                String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self)
            }
            guard !name.hasPrefix(".") else { continue }
            let here = folder.isEmpty ? name : "\(folder)/\(name)"
            if entry.pointee.d_type == DT_DIR {
                try collect(root, here, &files)
            } else if name.hasSuffix(".yaml") {
                let file = try #require(fopen("\(root)/\(here)", "r"))
                defer { fclose(file) }
                var bytes = [UInt8](repeating: 0, count: 1 << 20)
                let count = fread(&bytes, 1, bytes.count, file)
                files[here] = Array(bytes.prefix(count))
            }
        }
    }
}
