import Glibc
import JSON
import Processes
import Testing

@Suite struct FetchTests {
    @Test func `one branch arrives as incoming, with no other ref`() throws {
        let fixture = try Fixture()
        let commit = try fixture.commitFile("a: 1")
        try fixture.commitFile("b: 1", branch: "other")
        try fixture.git("tag", "v1", commit)
        let answer = try fixture.fetch()
        #expect(answer.ending == .exited(0))
        #expect(
            answer.json == [
                "incoming": .string(commit), "branch": "main", "committed": 1_700_000_000,
                "author": "Ada <ada@example.org>", "subject": "state",
            ])
        let refs = try fixture.git(
            "--git-dir", fixture.mirror, "for-each-ref", "--format=%(refname)")
        #expect(refs == "refs/incoming/a1/main")
    }

    @Test func `a mirror is ours alone`() throws {
        let fixture = try Fixture()
        try fixture.commitFile("a: 1")
        #expect(try fixture.fetch().ending == .exited(0))
        var status = stat()
        #expect(lstat(fixture.mirror, &status) == 0)
        #expect(status.st_mode & 0o777 == 0o700)
        chmod(fixture.mirror, 0o755)
        #expect(try fixture.fetch().code == "GT-MIRROR")
    }

    @Test func `a folder with other things in it is never turned into a mirror`() throws {
        let fixture = try Fixture()
        try fixture.commitFile("a: 1")
        mkdir(fixture.mirror, 0o700)
        mkdir(fixture.mirror + "/photographs", 0o700)
        let answer = try fixture.fetch()
        #expect(answer.ending == .exited(3))
        #expect(answer.code == "GT-MIRROR")
    }

    @Test func `a symbolic link is no mirror`() throws {
        let fixture = try Fixture()
        try fixture.commitFile("a: 1")
        mkdir(fixture.root + "/elsewhere", 0o700)
        symlink(fixture.root + "/elsewhere", fixture.mirror)
        #expect(try fixture.fetch().code == "GT-MIRROR")
    }

    @Test func `a second fetch of the same attempt follows the branch`() throws {
        let fixture = try Fixture()
        let first = try fixture.commitFile("a: 1")
        #expect(try fixture.fetch().ending == .exited(0))
        let second = try fixture.commitFile("a: 2", parent: first)
        #expect(try fixture.fetch().json?["incoming"] == .string(second))
    }

    @Test func `a branch the source has lost leaves no old answer`() throws {
        let fixture = try Fixture()
        try fixture.commitFile("a: 1")
        #expect(try fixture.fetch().ending == .exited(0))
        try fixture.git("update-ref", "-d", "refs/heads/main")
        let answer = try fixture.fetch()
        #expect(answer.ending == .exited(5))
        #expect(answer.code == "GT-REF")
        #expect(try fixture.prove("refs/incoming/a1/main").code == "GT-REF")
    }

    @Test func `a missing source and a shallow one are named as such`() throws {
        let fixture = try Fixture()
        #expect(
            try Program.run([
                "fetch", "--mirror", fixture.mirror, "--url", fixture.url + "-gone", "--branch",
                "main",
                "--attempt", "a1",
            ]).code == "GT-NET")
        let first = try fixture.commitFile("a: 1")
        try fixture.commitFile("a: 2", parent: first)
        let shallow = fixture.root + "/shallow"
        try fixture.git("clone", "--quiet", "--depth=1", fixture.url, shallow)
        let answer = try Program.run([
            "fetch", "--mirror", fixture.mirror, "--url", "file://" + shallow, "--branch", "main",
            "--attempt", "a1",
        ])
        #expect(answer.code == "GT-SHALLOW")
    }

    @Test func `hooks and configuration of the machine and the mirror are not followed`() throws {
        let fixture = try Fixture()
        try fixture.commitFile("a: 1")
        #expect(try fixture.fetch().ending == .exited(0))
        let canary = fixture.root + "/canary"
        for hook in ["reference-transaction", "post-update", "pre-auto-gc"] {
            let path = fixture.mirror + "/hooks/" + hook
            try write("#!/bin/sh\ntouch \(canary)\n", to: path, mode: 0o755)
        }
        #expect(try fixture.fetch("a2").ending == .exited(0))
        #expect(access(canary, F_OK) != 0)
    }

    @Test func `what a source needs beyond the limit ends the helper, not the caller`() throws {
        let fixture = try Fixture()
        let large = try fixture.git(
            ["hash-object", "-w", "--stdin"], bytes: Array(repeating: 0x61, count: 100 << 20))
        try fixture.commit(try fixture.tree("100644", "bomb", large))
        let answer = try Program.run([
            "fetch", "--mirror", fixture.mirror, "--url", fixture.url, "--branch", "main",
            "--attempt",
            "a1", "--limit-mib", "64",
        ])
        #expect(answer.ending == .exited(5))
        #expect(answer.code == "GT-LIMIT")
        #expect(answer.output.isEmpty)
    }

    @Test func `a source that never answers meets the deadline`() throws {
        let fixture = try Fixture()
        try fixture.commitFile("a: 1")
        // Opening a pipe nobody writes to waits for ever.
        unlink(fixture.source + "/.git/config")
        mkfifo(fixture.source + "/.git/config", 0o600)
        let answer = try Program.run([
            "fetch", "--mirror", fixture.mirror, "--url", fixture.url, "--branch", "main",
            "--attempt",
            "a1", "--deadline", "1",
        ])
        #expect(answer.ending == .exited(5))
        #expect(answer.code == "GT-TIMEOUT")
    }

    @Test func `a mirror has one writer at a time`() throws {
        let fixture = try Fixture()
        let commit = try fixture.commitFile("a: 1")
        #expect(try fixture.fetch().ending == .exited(0))
        let descriptor = open(fixture.mirror, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        let waited = try fixture.fetch(from: fixture.url, [], deadline: 1)
        // Not the source's silence, so no reason to go on without it.
        #expect(waited.code == "GT-BUSY")
        #expect(waited.refusal?["reason"]?.string?.contains("another fetch") == true)
        // Reading goes on meanwhile.
        #expect(try fixture.prove(commit).ending == .exited(0))
        close(descriptor)
        #expect(try fixture.fetch("a2").ending == .exited(0))
    }

    @Test func `the wait for the mirror is not taken from the source's time`() throws {
        let fixture = try Fixture()
        try fixture.commitFile("a: 1")
        #expect(try fixture.fetch().ending == .exited(0))
        let descriptor = open(fixture.mirror, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        try #require(flock(descriptor, LOCK_EX | LOCK_NB) == 0)
        unlink(fixture.source + "/.git/config")
        mkfifo(fixture.source + "/.git/config", 0o600)
        // Let go by another process, so that this one only waits for the answer.
        let holder = try Spawn.start(
            Command("/bin/sleep", ["1"]), descriptors: [descriptor, -1, -1])
        close(descriptor)
        let began = ContinuousClock.now
        let answer = try fixture.fetch(from: fixture.url, [], deadline: 2)
        var status: Int32 = 0
        waitpid(holder, &status, 0)
        #expect(answer.code == "GT-TIMEOUT")
        #expect(began.duration(to: .now) >= .milliseconds(2900))
    }

    private func write(_ text: String, to path: String, mode: mode_t) throws {
        let descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC, mode)
        try #require(descriptor >= 0)
        defer { close(descriptor) }
        let bytes = Array(text.utf8)
        try #require(Glibc.write(descriptor, bytes, bytes.count) == bytes.count)
    }
}
