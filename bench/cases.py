"""What is measured. Each case is one function; each round calls it once."""
import os
import re
import time

from fetches import fetches
from figures import median
from place import Failure
from runbooks import FAN, WIDE

# Counts do not depend on the machine or its load: once is enough.
ONCE = {"syncs", "requests"}

KINDS = {"note": ("nop", "a note"), "command": ("capture2", "a command step")}


def all_cases(place, figures, flags):
    makers = [syncs, steps, goals, starts, slow_disk, resumes, fan_out, verifying, requests,
              fetches]
    return [maker(place, figures, flags) for maker in makers]


def named(name, doc):
    """A case is known by its name in the report and on the screen."""
    def name_it(case):
        case.__name__, case.__doc__ = name, doc
        return case
    return name_it


def syncs(place, figures, flags):
    new = lambda what, limit: figures.new(
        f"syncs of {what}", "syncs", "exactly", limit, "syncs", digits=2)
    rows = [("note", 5, 25, new("a note", 1)),
            ("command", 5, 25, new("a command step without a goal to wait for", 2)),
            ("goal", 5, 25, new("a command step whose goal answers at once", 2)),
            ("waited", 1, 4, new("a command step whose goal is waited for", 3))]
    fixed = figures.new("fixed syncs of a run in a new journal", "syncs", "most", 12, "syncs", digits=0)
    again = figures.new("fixed syncs of a run in a journal that is there", "syncs", "most", 12, "syncs", digits=0)

    @named("syncs", "synced commits, counted by strace")
    def case(number):
        for kind, few, many, figure in rows:
            less = place.syncs(f"{kind}-{few}")
            clear(place)
            more = place.syncs(f"{kind}-{many}")
            clear(place)
            figure.add((more - less) / (many - few))
            if kind == "note":
                fixed.add(less - few)
        journal = place.folder("journal")
        place.run(place.ours(journal, "note-5"))
        again.add(place.syncs("note-5", journal) - 5)
        place.discard(journal)
    return case


def clear(place):
    """The files goals ask for, away: otherwise the next run has nothing to do."""
    for name in os.listdir(f"{place.work}/made"):
        os.unlink(f"{place.work}/made/{name}")


def steps(place, figures, flags):
    rows = {}
    for kind, limits in (("note", (1.5, 3)), ("command", (2, 1.5))):
        floor, what = KINDS[kind]
        rows[kind] = [
            figures.new(f"{what}, wall, against floor {floor}", "ms", "ratio", limits[0], "steps", digits=3),
            figures.new(f"{what}, CPU with all children", "ms", "ratio", limits[1], "steps", digits=3),
            figures.new(f"{what}, wall of step 101–1,000 over 2–100", "×", "most", 1.1, "steps"),
            figures.new(f"{what}, CPU of step 101–1,000 over 2–100", "×", "shown", None, "steps"),
            figures.new(f"peak memory, 100 × {what}", "MiB", "most", 30, "steps", digits=1),
            figures.new(f"peak memory, 1,000 × {what}", "MiB", "most", 30, "steps", digits=1)]
    kept = figures.new("the same command step, against C with a keeper and two commits", "ms", "shown", None, "steps",
                       digits=3)
    new_run = figures.new("a run of one note with a new journal", "ms", "ratio", 3, "steps", digits=1)

    @named("steps", "notes and command steps beside the floor, 1, 100 and 1,000 of them")
    def case(number):
        for kind, (wall, cpu, flat, flat_cpu, small, large) in rows.items():
            ours, floor = [], []
            for count in (1, 100, 1000):
                ours.append(place.runbook(f"{kind}-{count}"))
                floor.append(place.floor_steps(KINDS[kind][0], count))
            one, hundred, thousand = ours
            wall.add((thousand.wall - one.wall) / 0.999, (floor[2].wall - floor[0].wall) / 0.999)
            cpu.add((thousand.cpu - one.cpu) / 0.999, (floor[2].cpu - floor[0].cpu) / 0.999)
            flat.add(growth_of(one.wall, hundred.wall, thousand.wall))
            flat_cpu.add(growth_of(one.cpu, hundred.cpu, thousand.cpu))
            small.add(hundred.kib / 1024)
            large.add(thousand.kib / 1024)
            if kind == "note":
                new_run.add(one.wall * 1e3, floor[0].wall * 1e3)
                commit = (floor[2].wall - floor[0].wall) / 0.999
            else:
                folder = place.folder("floor")
                keeper = place.measure([place.floor, "keepers", "500", "1", place.keeper, folder]).wall / 0.5
                place.discard(folder)
                kept.add((thousand.wall - one.wall) / 0.999, keeper + 2 * commit)
    return case


def growth_of(one, hundred, thousand):
    """What a late step costs over an early one."""
    return ((thousand - hundred) / 900) / max((hundred - one) / 99, 1e-9)


def goals(place, figures, flags):
    figure = figures.new("a command step with a goal, wall (its goal is asked twice)", "ms", "shown", None,
                         "goals", digits=3)

    @named("goals", "command steps with goals")
    def case(number):
        walls = []
        for count in (5, 100):
            clear(place)
            walls.append((place.runbook(f"goal-{count}").wall,
                          place.floor_steps("capture2", count).wall))
        few, many = walls
        figure.add((many[0] - few[0]) / 0.095, (many[1] - few[1]) / 0.095)
    return case


def starts(place, figures, flags):
    figure = figures.new("recover --version, against /bin/true", "ms", "ratio", 7, "starts", digits=2)

    @named("starts", "program starts")
    def case(number):
        floor = float(place.run([place.floor, "start", "60", "/bin/true"])[0])
        ours = float(place.run([place.floor, "start", "60", place.recover, "--version"])[0])
        figure.add(ours / 1e3, floor / 1e3)
    return case


def slow_disk(place, figures, flags):
    figure = figures.new("a command step, every sync 2 ms slower", "ms", "ratio", 1.15, "slow_disk", digits=2)
    slow = {"LD_PRELOAD": place.slow, "SLOWSYNC_US": "2000"}

    @named("slow_disk", "a slow disk")
    def case(number):
        ours = [place.runbook(f"command-{count}", slow).wall for count in (1, 100)]
        floor = [place.floor_steps("capture2", count, slow).wall for count in (1, 100)]
        figure.add((ours[1] - ours[0]) / 0.099, (floor[1] - floor[0]) / 0.099)
        # Two syncs of 2 ms each, or the library was not there.
        if ours[1] - ours[0] < 0.099 * 4:
            raise Failure("the slow disk was not slow for recover: is it linked statically?")
    return case


def resumes(place, figures, flags):
    first = figures.new("first new step after kill -9 in step 500 of 1,000", "ms", "most", 25, "resumes", digits=1)
    again = figures.new("steps repeated by that resume", "steps", "most", 1, "resumes", digits=0)
    long = figures.new("the same in a journal of 10,000 entries and more", "ms", "shown", None, "resumes", digits=1)
    growth = figures.new("what each entry more costs that start", "µs", "most", 10, "resumes", digits=2)
    status = figures.new("recover status, 10,000 entries", "ms", "shown", None, "resumes", digits=1)
    verify = figures.new("journal verify, 10,000 entries, against the C verifier", "ms", "ratio", 1.5,
                         "resumes", digits=1)

    @named("resumes", "kill -9 and resume")
    def case(number):
        short = struck(place, 0, None)
        first.add(*short["first"])
        again.add(short["repeated"])
        grown = struck(place, 9, (status, verify))
        long.add(*grown["first"])
        growth.add((grown["first"][0] - short["first"][0]) * 1e3 / (grown["entries"] - short["entries"]))
    return case


def struck(place, clones, looks):
    """A run that is killed in step 500, perhaps behind others, and resumed."""
    journal = place.folder("journal")
    marks = f"{place.work}/marks"
    db = f"{journal}/journal.db"
    try:
        if os.path.exists(marks):
            os.unlink(marks)
        if clones:
            place.run(place.ours(journal, "note-1000"))
            place.run([place.floor, "grow", db, str(clones - 1)])
        place.measure(place.ours(journal, "struck"), codes=(137,))
        before = read_marks(marks)
        if not before or before[-1][0] != "s500":
            raise Failure(f"the engine was to die in step 500, not behind {before[-1:]}")
        settle(journal)
        entries = int(place.run([place.floor, "verify", db])[0])
        if looks:
            look(place, journal, db, *looks)
        # The floor reads the same journal and starts the same program.
        floor = place.measure([place.floor, "resume", db, place.floor, "mark", f"{marks}.floor", "x"])
        resumed = place.measure(place.ours(journal, "resume"), codes=(137,))
        after = read_marks(marks)[len(before):]
        if not after:
            raise Failure("resume ran no step: " + " | ".join(resumed.lines[-3:]))
        names = [name for name, _ in before + after]
        floor_at = read_marks(f"{marks}.floor")[-1][1]
        return {"first": ((after[0][1] - resumed.began) * 1e3, (floor_at - floor.began) * 1e3),
                "repeated": len(names) - len(set(names)), "entries": entries}
    finally:
        place.discard(journal)


def look(place, journal, db, status, verify):
    status.add(place.measure(place.ours(journal, "status"), codes=(0, 5, 6)).wall * 1e3)
    ours = place.measure(place.ours(journal, "journal", "verify"))
    verify.add(ours.wall * 1e3, place.measure([place.floor, "verify", db]).wall * 1e3)


def settle(journal):
    """The keeper of the struck step writes its record once the engine is dead."""
    locks = f"{journal}/attempts"
    for _ in range(100):
        texts = [open(f"{locks}/{name}", errors="replace").read()
                 for name in os.listdir(locks) if name.endswith(".lock")]
        if all("gone" in text for text in texts):
            return
        time.sleep(0.02)
    raise Failure("the keeper of the struck step does not end")


def read_marks(path):
    if not os.path.exists(path):
        return []
    with open(path) as file:
        return [(line.split()[0], float(line.split()[1])) for line in file]


def fan_out(place, figures, flags):
    wall = figures.new(f"{FAN} commands, {WIDE} at once, wall, against as many keepers from C", "s", "ratio", 1.5,
                       "fan_out", digits=2)
    memory = figures.new("peak memory of that", "MiB", "most", 60, "fan_out", digits=1)
    count = figures.new(f"syncs of that, all {FAN} results durable", "syncs", "most", FAN / 5, "fan_out",
                        goal="≤ 1 for 5 results", digits=0)

    @named("fan_out", "a fan-out")
    def case(number):
        try:
            place.run(place.ours(place.folder("journal"), "plan", f"fan-out-{FAN}"))
        except Failure as failure:
            raise Failure(f"the engine refused it: {failure}")
        journal = place.folder("journal")
        folder = place.folder("floor")
        try:
            ours = place.measure(place.ours(journal, f"fan-out-{FAN}"))
            widest = width(place.run(place.ours(journal, "journal", "show")))
            if widest < 2:
                raise Failure(f"the engine took 'at-once: {WIDE}' and ran one at a time")
            floor = place.measure([place.floor, "keepers", str(FAN), str(WIDE), place.keeper, folder])
            one = place.runbook("fan-out-1")
            wall.add(ours.wall - one.wall, floor.wall)
            memory.add(ours.kib / 1024)
            if number == 0:
                count.add(place.syncs(f"fan-out-{FAN}"))
        finally:
            place.discard(journal)
            place.discard(folder)
    return case


def width(lines):
    """The most attempts that were on their way at one time, as the journal has it."""
    open_now, widest = set(), 0
    for line in lines:
        found = re.search(r'"attempt":"([^"]+)"', line)
        if not found:
            continue
        if "  intent  " in line:
            open_now.add(found.group(1))
        elif "  exited  " in line or "  verdict  " in line:
            open_now.discard(found.group(1))
        widest = max(widest, len(open_now))
    return widest


def verifying(place, figures, flags):
    sizes = [10_000] if flags["quick"] else [100_000]
    if flags["million"]:
        sizes.append(1_000_000)
    rows = []
    for size in sizes:
        journal = place.folder("verify")
        place.say(f"a journal of {size:,} entries")
        place.run(place.ours(journal, "note-1000"))
        place.run([place.floor, "grow", f"{journal}/journal.db", str(size // 1003 - 1 + 1)], seconds=300)
        rows.append((size, journal,
                     figures.new(f"journal verify, {size:,} entries, against the C verifier", "s", "ratio", 1.5,
                                 "verifying", digits=3),
                     figures.new(f"peak memory of that, {size:,} entries", "MiB", "most", 40, "verifying", digits=1)))

    @named("verifying", "journal verify beside the C verifier")
    def case(number):
        for size, journal, wall, memory in rows:
            if size >= 1_000_000 and number >= 3:
                continue
            floor = place.measure([place.floor, "verify", f"{journal}/journal.db"])
            ours = place.measure(place.ours(journal, "journal", "verify"))
            if not any("INTACT" in line for line in ours.lines):
                raise Failure("the journal that was made is not intact: " + " | ".join(ours.lines[-2:]))
            wall.add(ours.wall, floor.wall)
            memory.add(ours.kib / 1024)
    return case


def requests(place, figures, flags):
    @named("requests", "what one more step asks of the kernel")
    def case(number):
        for kind, (floor, what) in KINDS.items():
            ours = [own_calls(place.traced_runbook(f"{kind}-{count}")) for count in (5, 25)]
            folders = [place.folder("floor") for _ in range(2)]
            theirs = [own_calls(place.traced([place.floor, floor, str(count), folder]))
                      for count, folder in zip((5, 25), folders)]
            figures.notes.append((what, floor, per_step(*ours), per_step(*theirs)))
    return case


def own_calls(trace):
    """Calls of the program and its threads, by name; "process" for each it started.

    A child is known by its execve, and all it did is left out.
    """
    first = trace[0][0]
    children = {pid for pid, line in trace if line.startswith("execve(") and pid != first}
    calls = {}
    for pid, line in trace:
        name = line.split("(", 1)[0]
        if pid in children:
            if line.startswith("execve("):
                calls["(processes)"] = calls.get("(processes)", 0) + 1
        elif re.fullmatch(r"[a-z0-9_]+", name):
            calls[name] = calls.get(name, 0) + 1
    return calls


def per_step(few, many):
    return {name: (count - few.get(name, 0)) / 20 for name, count in many.items()
            if abs(count - few.get(name, 0)) >= 10}
