"""The desired state's fetch beside git and beside ten lines of C with libgit2."""
import os
import subprocess

from place import Failure


def fetches(place, figures, flags):
    files, commits = (1_000, 500) if flags["quick"] else (10_000, 5_000)
    what = f"{files:,} files and {commits:,} commits"
    whole = figures.new(f"fetch of {what}, against C with libgit2", "s", "ratio", 1.3, "fetches", digits=2)
    memory = figures.new("peak memory of that", "MiB", "shown", None, "fetches", digits=1)
    nothing = figures.new("fetch with nothing new, against git fetch", "ms", "ratio", 2, "fetches", digits=1)
    bare = figures.new("the same, against C with libgit2", "ms", "shown", None, "fetches", digits=1)
    reach = f"{place.programs}/recover-reach"
    source, clone, floor = f"{place.work}/source.git", f"{place.work}/clone.git", f"{place.work}/fetch"

    def make():
        flags = ["cc", "-O2", "-Wall", "-Wextra", "-Werror", "-o", floor, "bench/fetch.c", "-lgit2"]
        if subprocess.run(flags).returncode != 0:
            raise Failure("bench/fetch.c does not compile")
        place.say(f"a repository of {what}")
        place.run(["git", "init", "--quiet", "--bare", "--initial-branch=main", source])
        with open(f"{place.work}/history", "wb") as stream:
            write(stream, files, commits)
        with open(f"{place.work}/history", "rb") as stream:
            if subprocess.run(["git", "-C", source, "fast-import", "--quiet"], stdin=stream,
                              env=place.environment()).returncode != 0:
                raise Failure("git fast-import refused the history")
        place.run(["git", "clone", "--quiet", "--bare", f"file://{source}", clone])

    def ours(mirror):
        return place.measure([reach, "fetch", "--mirror", mirror, "--url", f"file://{source}", "--branch", "main",
                              "--attempt", "bench"])

    def case(number):
        if not os.path.exists(floor):
            make()
        mirror, plain = place.folder("mirror"), place.folder("plain")
        try:
            first = ours(mirror)
            least = place.measure([floor, f"file://{source}", plain])
            whole.add(first.wall, least.wall)
            memory.add(first.kib / 1024)
            again, theirs, small = [], [], []
            for _ in range(5):
                again.append(ours(mirror).wall * 1e3)
                theirs.append(place.measure(["/usr/bin/git", "-C", clone, "fetch", "--quiet", f"file://{source}",
                                             "+refs/heads/main:refs/incoming/a/main"]).wall * 1e3)
                small.append(place.measure([floor, f"file://{source}", plain]).wall * 1e3)
            middle = lambda values: sorted(values)[len(values) // 2]
            nothing.add(middle(again), middle(theirs))
            bare.add(middle(again), middle(small))
        finally:
            place.discard(mirror)
            place.discard(plain)
    case.__name__, case.__doc__ = "fetches", "the desired state's fetch"
    return case


def write(stream, files, commits):
    """A history for git fast-import: one commit of all files, then one file a commit."""
    def commit(number, changes):
        stream.write(b"commit refs/heads/main\ncommitter A <a@example.org> %d +0000\ndata 2\nc\n"
                     % (1_700_000_000 + number))
        for path, text in changes:
            stream.write(b"M 644 inline %s\ndata %d\n%s\n" % (path, len(text), text))

    def file(number, version):
        text = b"kind: ConfigMap\nmetadata: { name: c%d }\ndata: { version: v%d }\n" % (number, version)
        return b"clusters/%d/%d.yaml" % (number // 100, number), text

    commit(0, (file(number, 0) for number in range(files)))
    for number in range(1, commits):
        commit(number, [file(number * 7919 % files, number)])
