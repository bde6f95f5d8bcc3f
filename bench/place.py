"""Where the bench works: a folder of its own on the disk under test, the
programs, and how one of them is run and measured."""
import os
import re
import signal
import subprocess
import sys
import time

import runbooks

SYNCS = ("fsync", "fdatasync", "sync", "syncfs", "sync_file_range", "msync")


class Failure(Exception):
    """What could not be measured, and why."""


class Measured:
    """One process and what it waited for: seconds, seconds, KiB, when it began."""

    def __init__(self, line, lines):
        self.wall, self.cpu, kib, self.began = (float(word) for word in line.split())
        self.kib = kib
        self.lines = lines


class Place:
    STEPS = (1, 5, 25, 100, 1000)

    def __init__(self, programs, parent):
        self.programs = os.path.abspath(programs)
        self.recover = f"{self.programs}/recover"
        self.keeper = f"{self.programs}/recover-keeper"
        for program in (self.recover, self.keeper):
            if not os.access(program, os.X_OK):
                raise SystemExit(f"bench: there is no {program}; type: make build")
        self.work = os.path.abspath(f"{parent}/run-{os.getpid()}")
        self.floor = f"{self.work}/floor"
        self.slow = f"{self.work}/slowsync.so"
        self.counter = 0
        for folder in ("library/runbooks/fragments", "made", "home", "config/recover/bindings", "state", "data"):
            os.makedirs(f"{self.work}/{folder}", mode=0o700)
        self.compile()
        runbooks.write(f"{self.work}/library/runbooks", self.STEPS, self.floor, self.work)
        subprocess.run(["cp", "-r", "bench/library/snapshots", f"{self.work}/library"], check=True)
        with open(f"{self.work}/config/recover/bindings/bench.yaml", "w") as file:
            file.write(runbooks.BINDING)

    def compile(self):
        flags = ["cc", "-O2", "-Wall", "-Wextra", "-Werror"]
        for words in ([*flags, "-o", self.floor, "bench/floor.c", "-lsqlite3", "-lcrypto"],
                      [*flags, "-shared", "-fPIC", "-o", self.slow, "bench/slowsync.c", "-ldl"]):
            if subprocess.run(words).returncode != 0:
                raise SystemExit("bench: the floor does not compile")

    def remove(self):
        subprocess.run(["rm", "-rf", self.work])

    @staticmethod
    def say(text):
        print(text, file=sys.stderr, flush=True)

    @staticmethod
    def clock():
        return time.monotonic()

    def folder(self, name):
        """A new, empty folder."""
        self.counter += 1
        path = f"{self.work}/{name}-{self.counter}"
        os.mkdir(path, 0o700)
        return path

    def discard(self, path):
        subprocess.run(["rm", "-rf", path])

    def environment(self, more=None):
        return {"PATH": "/usr/bin:/bin", "HOME": f"{self.work}/home", "LANG": "C.UTF-8",
                "XDG_CONFIG_HOME": f"{self.work}/config", "XDG_STATE_HOME": f"{self.work}/state",
                "XDG_DATA_HOME": f"{self.work}/data", **(more or {})}

    def ours(self, journal, *words):
        return [self.recover, *words, "--library", f"{self.work}/library", "--journal", journal]

    def run(self, words, more=None, codes=(0,), seconds=120):
        """Runs a program to its end; what it printed, as lines."""
        process = subprocess.Popen(
            words, env=self.environment(more), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True, text=True, errors="replace")
        try:
            output, _ = process.communicate(timeout=seconds)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.communicate()
            raise Failure(f"{self.shown(words)} took more than {seconds} s")
        lines = output.splitlines()
        if process.returncode not in codes:
            tail = self.shown(" | ".join(line.strip() for line in lines[-3:]).split())
            raise Failure(f"{self.shown(words)} ended with {process.returncode}: {tail}")
        return lines

    def shown(self, words):
        """A command line or message without the folders of this machine."""
        text = " ".join(words)
        for folder in (self.work, self.programs, os.getcwd()):
            text = text.replace(folder + "/", "")
        return text

    def measure(self, words, more=None, codes=(0,)):
        """The same, measured by a parent smaller than the child."""
        file = f"{self.work}/measured"
        lines = self.run([self.floor, "time", file, *words], more, codes)
        with open(file) as result:
            return Measured(result.read(), lines)

    def runbook(self, name, more=None):
        """One run of a runbook with a new journal."""
        journal = self.folder("journal")
        try:
            return self.measure(self.ours(journal, name), more)
        finally:
            self.discard(journal)

    def floor_steps(self, kind, count, more=None):
        folder = self.folder("floor")
        try:
            return self.measure([self.floor, kind, str(count), folder], more)
        finally:
            self.discard(folder)

    def traced(self, words, only=()):
        """What a program and its descendants ask of the kernel: (pid, call)."""
        log = f"{self.work}/strace"
        # Calls nobody asked for run at full speed.
        choice = ["--seccomp-bpf", "-e", "trace=" + ",".join(only)] if only else []
        self.run(["strace", "-f", *choice, "-o", log, *words])
        with open(log, errors="replace") as file:
            return [line.split(None, 1) for line in file if " " in line]

    def traced_runbook(self, name):
        journal = self.folder("journal")
        try:
            return self.traced(self.ours(journal, name))
        finally:
            self.discard(journal)

    def syncs(self, name, journal=None):
        """How often a run of a runbook synced, with all its threads and children."""
        place = journal or self.folder("journal")
        try:
            trace = self.traced(self.ours(place, name), SYNCS)
            return sum(1 for _, line in trace if re.match("(%s)\\(" % "|".join(SYNCS), line))
        finally:
            if journal is None:
                self.discard(place)
