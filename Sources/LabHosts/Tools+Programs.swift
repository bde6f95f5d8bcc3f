internal import Glibc

extension Tools {
    /// A program of an unpacked package, or of the machine itself; nil where
    /// it is missing, which matters only to estates that need it.
    public func program(_ name: String) -> String? {
        ([programs].compactMap { $0 } + ["/usr/bin", "/usr/sbin"]).map { "\($0)/\(name)" }
            .first { access($0, X_OK) == 0 }
    }
}
