import Testing

extension AcceptanceTests.InAHealthyEstate {
    /// A disk that is full in the middle of a run.
    @Suite struct FullDiskTests {
        /// The journal lies on a small file system of its own, which the run's
        /// first step fills. Mounting it takes a second user namespace.
        @Test(.timeLimit(.minutes(10)))
        func `a full disk stops the run (exit 9), and with room again it is resumed`() throws {
            let lab = try Lab.shared()
            let somebody = try Responder(lab, "full")
            let disk = "\(somebody.folder)/disk", marks = "\(somebody.folder)/marks"
            try Files.makeFolder(disk)
            try Files.makeFolder(marks)
            try lab.library.add(
                "full",
                steps: [
                    """
                      - id: fill
                        title: Fill the disk
                        timeout: 10s
                        do: { run: [sh, -c, "echo x >>\(marks)/fill; cat /dev/zero >\(disk)/filler"] }
                        goal: { run: [test, -e, \(marks)/fill], expect: { fails-on: [1] } }

                    """, Library.touch("two", "\(marks)/two"),
                ])
            let place = ["--journal", "\(disk)/journal"]
            let run = try somebody.line(["full", "--cluster", "local"] + place)
            let resume = try somebody.line(["resume"] + place)
            let show = try somebody.line(["journal", "show"] + place)
            let verify = try somebody.line(["journal", "verify"] + place)
            let script = """
                disk=$1; shift
                mount -t tmpfs -o size=1m,mode=700 none "$disk" || exit 99
                \(quoted(run)); echo "run ended with $?"
                test -e \(marks)/two && echo "it went on"
                \(quoted(show)) | grep -c 'halted.*disk full' | sed 's/^/halts told: /'
                rm "$disk/filler"; df -k "$disk"
                \(quoted(resume)); echo "resume ended with $?"
                \(quoted(verify)); echo "verify ended with $?"
                """
            let answer = try lab.run(
                ["unshare", "-Urm", "sh", "-c", script, "sh", disk], seconds: 50)
            #expect(answer.text.contains("run ended with 9"), "\(answer)")
            #expect(!answer.text.contains("it went on"), "\(answer)")
            #expect(answer.text.contains("halts told: 1"), "\(answer)")
            #expect(answer.text.contains("resume ended with 0"), "\(answer)")
            #expect(answer.text.contains("verify ended with 0"), "\(answer)")
            #expect(Files.text("\(marks)/fill") == "x\n", "the step was repeated:\n\(answer)")
            #expect(Files.exists("\(marks)/two"), "\(answer)")
        }

        /// As after a disk error: what can be read is read, and nothing is begun.
        @Test(.timeLimit(.minutes(10)))
        func `a disk that cannot be written is read from, and not run on (exit 9)`() throws {
            let lab = try Lab.shared()
            let somebody = try Responder(lab, "readonly")
            let disk = "\(somebody.folder)/disk", made = "\(somebody.folder)/made"
            try Files.makeFolder(disk)
            try lab.library.add("readonly", steps: [Library.touch("one", made)])
            let place = ["--journal", "\(disk)/journal"]
            let run = quoted(try somebody.line(["readonly", "--cluster", "local"] + place))
            let looks = try ["status", "journal verify", "journal show"].map { words in
                let words = words.split(separator: " ").map(String.init)
                return "\(quoted(try somebody.line(words + place))) >/dev/null; echo \"look $?\""
            }
            let plan = quoted(try somebody.line(["plan", "readonly", "--cluster", "local"] + place))
            let script = """
                disk=$1; shift
                mount -t tmpfs -o size=4m,mode=700 none "$disk" || exit 99
                \(run) >/dev/null; echo "run $?"; rm -f \(made) "$disk"/journal/journal.db-shm
                mount -o remount,ro "$disk" || exit 98
                \(looks.joined(separator: "\n"))
                \(plan) >/dev/null; echo "plan $?"
                \(run); echo "again $?"
                """
            let answer = try lab.run(
                ["unshare", "-Urm", "sh", "-c", script, "sh", disk], seconds: 50)
            for line in ["run 0", "look 0\nlook 0\nlook 0\n", "plan 0", "again 9"] {
                #expect(answer.text.contains(line), "\(line)\n\(answer)")
            }
            #expect(answer.text.contains("Read-only file system"), "\(answer)")
            #expect(!Files.exists(made), "it ran:\n\(answer)")
        }

        /// The kernel remounts no disk under open files at our word, so a library
        /// of the test answers the engine's writes as it would then.
        @Test(.timeLimit(.minutes(10)))
        func `a disk that stops taking in the middle of a run ends it (exit 9)`() throws {
            let lab = try Lab.shared()
            let somebody = try Responder(lab, "stops-taking")
            let flag = "\(somebody.folder)/flag", mark = "\(somebody.folder)/mark"
            let library = "\(somebody.folder)/refuse.so"
            try Files.write(
                """
                #define _GNU_SOURCE
                #include <dlfcn.h>
                #include <errno.h>
                #include <unistd.h>
                static int refused(void) {
                    if (access("\(flag)", F_OK) != 0) return 0;
                    errno = EROFS;
                    return 1;
                }
                ssize_t pwrite64(int file, const void *bytes, size_t size, off64_t place) {
                    ssize_t (*real)(int, const void *, size_t, off64_t) = dlsym(RTLD_NEXT, "pwrite64");
                    return refused() ? -1 : real(file, bytes, size, place);
                }
                int fdatasync(int file) {
                    int (*real)(int) = dlsym(RTLD_NEXT, "fdatasync");
                    return refused() ? -1 : real(file);
                }
                """, to: "\(library).c")
            try Files.tool("/usr/bin/cc", "-shared", "-fPIC", "-o", library, "\(library).c", "-ldl")
            try lab.library.add(
                "stops-taking",
                steps: [
                    """
                      - id: one
                        title: The disk stops taking
                        timeout: 10s
                        do: { run: [sh, -c, "echo x >>\(mark); touch \(flag)"] }
                        goal: { run: [test, -e, \(mark)], expect: { fails-on: [1] } }

                    """, Library.touch("two", "\(somebody.folder)/two"),
                ])
            let run = try somebody.recover(
                "stops-taking", "--cluster", "local", set: ["LD_PRELOAD": library])
            #expect(run.code == 9, "\(run)")
            #expect(run.text.contains("not recorded: {"), "\(run)")
            #expect(!Files.exists("\(somebody.folder)/two"), "it went on:\n\(run)")
            try Files.tool("/bin/rm", flag)
            let resumed = try somebody.recover("resume")
            #expect(resumed.code == 0, "\(resumed)")
            #expect(Files.text(mark) == "x\n", "the step was repeated:\n\(resumed)")
        }

        private func quoted(_ words: [String]) -> String {
            words.map { "'\($0)'" }.joined(separator: " ")
        }
    }
}
