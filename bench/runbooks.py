"""The runbooks the bench runs, and what ties their estate to this machine.

A thousand steps are not written by hand: they are made here, into a library of
the run's own, beside the estate of bench/library.
"""

HEAD = """recover: 1
runbook: {name}
version: 1.0.0
title: {title}
steps:
"""

END = """recovered:
  - { id: end, title: The end is reached, within: 3s, check: { run: [/bin/true] } }
"""


# A document has at most 10,000 nodes of YAML, which is fewer than a thousand
# command steps: they come from fragments of this many.
PART = 100


def _write(folder, name, title, steps):
    """A runbook; what is too long for one document stands in fragments."""
    if len(steps) > PART:
        includes = []
        for start in range(0, len(steps), PART):
            part = f"{name}-part-{start // PART}"
            head = f"recover: 1\nfragment: {part}\nversion: 1.0.0\nparameters: []\nsteps:\n"
            with open(f"{folder}/fragments/{part}.yaml", "w") as file:
                file.write(head + "".join(steps[start:start + PART]))
            includes.append(f"  - {{ include: {part}, id: p{start // PART}, with: {{}} }}\n")
        steps = includes
    with open(f"{folder}/{name}.yaml", "w") as file:
        file.write(HEAD.format(name=name, title=title) + "".join(steps) + END)


def _command(number, argv, more="effect: repeatable, timeout: 30s"):
    words = ", ".join(argv)
    return f"  - {{ id: s{number}, title: Step {number}, do: {{ run: [{words}] }}, {more} }}\n"


def write(folder, counts, floor, work):
    """Every runbook of the bench, into folder."""
    for count in counts:
        numbers = range(1, count + 1)
        _write(folder, f"note-{count}", "Steps that only record",
               [f"  - {{ id: s{n}, title: Step {n}, do: {{ note: true }} }}\n" for n in numbers])
        _write(folder, f"command-{count}", "Steps that run a command",
               [_command(n, ["/bin/true"]) for n in numbers])
        if count <= PART:
            _write(folder, f"goal-{count}", "Steps that make a file and ask whether it is there",
                   [_goal(n, f"{work}/made/s{n}") for n in numbers])
    for count in (1, 4):
        _write(folder, f"waited-{count}", "Steps whose goal is waited for",
               [_waited(n, f"{work}/made/w{count}-{n}") for n in range(1, count + 1)])
    # The engine dies in step 500, and again soon after it went on.
    _write(folder, "struck", "Steps of which two kill the engine", [
        _command(n, [floor, "mark", f"{work}/marks", f"s{n}"] + ["strike"] * (n in (500, 505)))
        for n in range(1, 1001)])
    _write_fan_out(folder, work)


def _goal(number, path):
    goal = f"goal: {{ run: [/usr/bin/test, -e, {path}], expect: {{ fails-on: [1] }} }}"
    return _command(number, ["/usr/bin/touch", path], f"timeout: 30s, {goal}")


def _waited(number, path):
    goal = f"goal: {{ run: [/usr/bin/test, -e, {path}], expect: {{ fails-on: [1] }} }}"
    later = f'"(sleep 0.3; touch {path}) &"'
    return _command(number, ["/bin/sh", "-c", later], f"timeout: 30s, {goal}")


def _write_fan_out(folder, work):
    for count in (1, FAN):
        with open(f"{work}/list-{count}.json", "w") as file:
            file.write("[" + ",".join(f'{{"name":"n{n}"}}' for n in range(count)) + "]")
        _write(folder, f"fan-out-{count}", f"{count} commands, {WIDE} at once", [
            f"  - {{ id: list, title: The list, do: {{ run: [/bin/cat, {work}/list-{count}.json] }}, "
            'effect: repeatable, timeout: 30s, capture: { items: { from: stdout, json: "" } } }\n',
            f"  - {{ id: all, title: All of them, each: {{ item: list.items, at-once: {WIDE} }}, "
            'do: { run: [/bin/true] }, effect: repeatable, timeout: 30s }\n'])


# A plan has at most a thousand steps; the one that lists is one of them.
FAN = 999
WIDE = 16

BINDING = "# Written by the bench: it leads to nothing.\nbinding: 1\nestate: bench\n"
