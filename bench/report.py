"""docs/PERFORMANCE.md, from figures."""
import hashlib
import os
import subprocess
import time

HEAD = """# Performance

<!-- Written by `make bench` (bench/bench.py). Do not edit: the next run writes it anew. -->

Every figure stands beside what a small C program (`bench/floor.c`) needs for the same on the same machine in the
same minutes: `nop` is one hash-chained record and one synced commit a step; `capture2` is an intent record, `/bin/true`
with its output read, and a result record; the C verifier walks the chain and nothing else; a fetch stands beside ten
lines of libgit2 (`bench/fetch.c`) and beside `git fetch`. Each round runs all cases
once, ours and the floor's next to each other. Shown are medians of the rounds, with the smallest and the largest in
brackets. A step's cost is the difference between a long run and a run of one step. The ratio is the median of the rounds' ratios; where
the rounds disagree and the floor itself moved by more than twice, the machine was too noisy to say. Wall time on a shared
machine moves with its load, CPU time less, syncs not at all.
"""


def text(place, figures, flags, rounds, load, seconds):
    parts = [HEAD, machine(place, flags, rounds, load, seconds), table(figures), refusals(figures),
             requests(figures), NOT_HERE]
    return "\n".join(part for part in parts if part)


def machine(place, flags, rounds, load, seconds):
    rows = [
        ("when", time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime())),
        ("how", f"{'`make bench-quick`: the figures are rough' if flags['quick'] else '`make bench`'}, "
                f"{rounds} rounds, {seconds:.0f} s"),
        ("load average, one minute", f"{min(load):.2f}–{max(load):.2f} during the run, "
                                     "the bench's own work included"),
        ("processor", f"{processor()}, {os.cpu_count()} at work"),
        ("memory", memory()),
        ("disk", disk(place.work)),
        ("system", f"{system()}, kernel {os.uname().release}"),
        ("libraries", place.run([place.floor, "versions"])[0]),
        ("compiler of the floor", first(["cc", "--version"])),
        ("recover", f"{place.run([place.recover, '--version'])[0]}, from {os.path.relpath(place.programs)}, "
                    f"SHA-256 {digest(place.recover)[:16]}…"),
    ]
    return "## Where\n\n| | |\n|---|---|\n" + "".join(f"| {name} | {value} |\n" for name, value in rows)


def table(figures):
    lines = ["## Figures\n", "| figure | ours | floor | ratio | goal | |", "|---|---|---|---|---|---|"]
    for figure in figures.all:
        ratio = f"{figure.ratio:.2f} ×" if figure.ratio is not None else "–"
        verdict = figure.verdict
        lines.append(f"| {figure.title}, {figure.unit} | {figure.shown(figure.ours)} | {figure.shown(figure.floor)} "
                     f"| {ratio} | {figure.goal} | {verdict if verdict in ('met', '') else '**' + verdict + '**'} |")
    return "\n".join(lines) + "\n"


def refusals(figures):
    if not figures.refusals:
        return ""
    lines = ["## Not measured in this run\n"]
    for case, reason in figures.refusals.items():
        titles = ", ".join(figure.title for figure in figures.all if figure.case == case and not figure.ours)
        lines.append(f"- **{titles or case}**: not measured: {reason}")
    return "\n".join(lines) + "\n"


def requests(figures):
    parts = []
    for what, floor, ours, theirs in figures.notes:
        names = sorted(set(ours) | set(theirs), key=lambda name: (-ours.get(name, 0), name))
        total = lambda calls: sum(count for name, count in calls.items() if name != "(processes)")
        parts.append(f"\n{what.capitalize()}: {total(ours):.0f} calls, floor `{floor}` {total(theirs):.0f}.\n\n"
                     "| call | ours | floor |\n|---|---|---|\n"
                     + "".join(f"| {name} | {ours.get(name, 0):.1f} | {theirs.get(name, 0):.1f} |\n" for name in names))
    if not parts:
        return ""
    return ("## What one more step asks of the kernel\n\nCalls of the engine's own threads, by strace: 25 steps less 5, "
            "by 20. What children do is not among it; `(processes)` is how many there are.\n" + "".join(parts))


NOT_HERE = """## Not measured here

Signatures, and anything over a network: desired state is fetched from a folder here. The lab's Kubernetes API is no measure of a real one.
"""


def short(figures):
    """For the screen."""
    lines = []
    for figure in figures.all:
        ratio = f"{figure.ratio:6.2f} ×" if figure.ratio is not None else "        "
        lines.append(f"{figure.verdict or '(no goal)':16}  {ratio}  {figure.title}: {figure.shown(figure.ours)} {figure.unit}"
                     f"{'; floor ' + figure.shown(figure.floor) if figure.floor else ''} ({figure.goal})")
    for case, reason in figures.refusals.items():
        lines.append(f"NOT MEASURED  {case}: {reason}")
    return "\n".join(lines)


def field(path, name):
    with open(path) as file:
        for line in file:
            if line.startswith(name):
                return line.split(":" if ":" in line else "=", 1)[1].strip().strip('"')
    return "unknown"


def processor():
    return field("/proc/cpuinfo", "model name")


def memory():
    kib = int(field("/proc/meminfo", "MemTotal").split()[0])
    return f"{kib / 2**20:.0f} GiB"


def system():
    return field("/etc/os-release", "PRETTY_NAME")


def disk(path):
    """The file system the journals of the bench lie on."""
    best = ("", "unknown", "unknown")
    with open("/proc/self/mounts") as file:
        for line in file:
            device, place, kind = line.split()[:3]
            inside = path == place or path.startswith(place.rstrip("/") + "/")
            if inside and len(place) >= len(best[0]):
                best = (place, device, kind)
    return f"{best[2]} on {best[1]}"


def first(words):
    return subprocess.run(words, capture_output=True, text=True).stdout.splitlines()[0]


def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()
