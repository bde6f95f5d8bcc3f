internal import Glibc

/// A real program, in the place of this process.
enum GenuineProgram {
    /// Executes the real `name`; returns only when there is none, 127.
    static func become(_ name: String, package: String, _ arguments: [String]) -> Int32 {
        guard let path = NodePrograms.genuine(name) else {
            return Shim.fail(
                "recover-lab: there is no \(name) (Debian package \(package)) for: "
                    + ([name] + arguments).joined(separator: " "), 127)
        }
        var pointers: [UnsafeMutablePointer<CChar>?] = ([name] + arguments).map { strdup($0) }
        pointers.append(nil)
        execv(path, pointers)
        return Shim.fail("\(path): \(String(cString: strerror(errno)))", 126)
    }
}
