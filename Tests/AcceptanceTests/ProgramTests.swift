import Glibc
import Testing

extension AcceptanceTests {
    /// What the responder's program is made of.
    @Suite struct ProgramTests {
        private func contains(_ bytes: [UInt8], _ word: String) -> Bool {
            let word = Array(word.utf8)
            return bytes.withUnsafeBytes { bytes in
                guard let start = bytes.baseAddress else { return false }
                var offset = 0
                while offset + word.count <= bytes.count {
                    let rest = bytes.count - offset - word.count + 1
                    guard let found = memchr(start + offset, Int32(word[0]), rest) else {
                        return false
                    }
                    if memcmp(found, word, word.count) == 0 { return true }
                    offset = UnsafeRawPointer(found) - start + 1
                }
                return false
            }
        }

        @Test(.timeLimit(.minutes(10)))
        func `recover knows nothing of the lab, and links no network or Git library`() throws {
            let program = try #require(Files.bytes(try Programs.path("recover")))
            for word in ["10LabCluster", "8LabHosts", "libmicrohttpd", "libgit2", "libcurl"] {
                #expect(!contains(program, word), "recover holds \(word)")
            }
            // The words are those a program has that is built from these.
            let lab = try #require(Files.bytes(try Programs.path("recover-lab")))
            for word in ["10LabCluster", "8LabHosts", "libmicrohttpd"] {
                #expect(contains(lab, word), "recover-lab does not hold \(word)")
            }
            let reach = try #require(Files.bytes(try Programs.path("recover-reach")))
            #expect(contains(reach, "libgit2"))
        }
    }
}
