/// A program the lab cannot do without.
public struct MissingTool: Error, Hashable, Sendable, CustomStringConvertible {
    /// Its name, and the Debian package that has it.
    public let name: String, package: String

    public var description: String {
        """
        the lab needs \(name) (Debian package \(package)). Install it, or unpack it with \
        dpkg-deb -x and name the folder with --tools or RECOVER_LAB_TOOLS.
        """
    }
}
