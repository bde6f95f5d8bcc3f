/// Which file systems can hold a journal.
///
/// WAL needs shared memory and locks that all openers of the file see: one
/// host, a local disk (https://sqlite.org/wal.html, section 1).
enum FilesystemRule {
    /// Numbers of `statfs(2)`, from linux/magic.h and the file systems' sources.
    private static let shared: [UInt32: String] = [
        0x6969: "NFS", 0x517B: "SMB", 0xFF53_4D42: "CIFS", 0xFE53_4D42: "SMB2",
        0x0102_1997: "9p", 0x6573_5546: "FUSE", 0x5346_414F: "AFS", 0x00C3_6400: "Ceph",
        0x0116_1970: "GFS2", 0x7461_636F: "OCFS2", 0x0BD0_0BD0: "Lustre", 0x4750_4653: "GPFS",
        0x7375_7245: "Coda", 0x564C: "NCP",
    ]
    private static let inMemory: [UInt32: String] = [
        0x0102_1994: "tmpfs", 0x8584_58F6: "ramfs",
    ]

    /// What speaks against a file system of `type`, or nil.
    static func objection(type: Int, allowEphemeral: Bool) -> String? {
        // Some kernels sign-extend the number.
        let number = UInt32(truncatingIfNeeded: type)
        if type == -1 { return "is on a file system that does not say its type" }
        if let name = shared[number] {
            return "is on \(name), where locks and shared memory cannot be relied on; use a "
                + "local disk"
        }
        if let name = inMemory[number], !allowEphemeral {
            return "is on \(name), which is gone after a reboot; use a local disk"
        }
        return nil
    }
}
