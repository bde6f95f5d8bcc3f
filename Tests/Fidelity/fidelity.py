"""Runs every recorded kubectl command against a cluster of the lab and compares.

    fidelity.py BARE-CLUSTER TOOLS [--only ID] [--verbose]

`recordings.json.gz` holds, for each command and kubectl version, what a real server of
Kubernetes 1.32 led to (exit code, stdout, stderr) and the objects it answered with.
`differences.txt` explains every command whose outcome differs. Exits with 1 when a goal is
missed, a difference has no explanation, or an explanation no difference.
"""

import difflib
import gzip
import json
import os
import re
import sys
import tempfile
import time

from kubectl import LIMIT, Kubectl
from normal import normal
from server import Server
from shapes import UNRECORDED, parts, shapes

HERE = os.path.dirname(os.path.abspath(__file__))
GOAL = 95.0


def explanations():
    """id [kubectl] -> (verdict, reason)"""
    found = {}
    for line in open(f"{HERE}/differences.txt"):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        name, version, verdict, reason = line.split(None, 3)
        for one in ["1.20", "1.32"] if version == "both" else [version]:
            found[(name, one)] = (verdict, reason)
    return found


def run(case, server, kubectl, folder):
    """What the lab leads to: exit code, stdout, stderr."""
    changes = server.prepare(case)
    for name, text in case.get("files", {}).items():
        with open(f"{folder}/{name}", "w") as file:
            file.write(text)
    for words in case.get("before", []):
        kubectl.run(words, folder)
    if "token" in case:
        kubectl.forget()
    credentials = ["--token=" + case["token"]] if "token" in case else []
    return kubectl.run(
        case["argv"] + credentials, folder, stdin=case.get("stdin"),
        limit=case.get("kill", LIMIT),
        meanwhile=lambda: [
            (time.sleep(delay), server.ask(order)) for delay, order in changes])


def compare(case, got):
    """None, or what is not the same."""
    exit_code, stdout, stderr = got
    words = case["argv"]
    for name, want, have in [("exit", case["exit"], exit_code),
                             ("stdout", normal(case["stdout"], words), normal(stdout, words)),
                             ("stderr", normal(case["stderr"], words), normal(stderr, words))]:
        if want != have:
            return f"{name}\n" + "\n".join(different_lines(str(want), str(have)))
    return None


def different_lines(want, have):
    """Of a long output only what differs."""
    marks = {"-": "  recorded: ", "+": "  lab:      "}
    return [marks[line[0]] + repr(line[2:])
            for line in difflib.ndiff(want.split("\n"), have.split("\n")) if line[0] in marks]


def main():
    arguments = sys.argv[1:]
    only = arguments[arguments.index("--only") + 1] if "--only" in arguments else None
    verbose = "--verbose" in arguments
    program, tools = map(os.path.abspath, arguments[:2])
    with gzip.open(f"{HERE}/recordings.json.gz") as file:
        cases = json.load(file)
    explained = explanations()
    rows, faults, used = [], [], set()
    with tempfile.TemporaryDirectory(prefix="lab-fidelity.") as place:
        server = Server(program, place)
        kubectls = {version: Kubectl(version, tools, place) for version in ("1.20", "1.32")}
        for case in cases:
            key = (case["id"], case["kubectl"])
            if only and not re.fullmatch(only, case["id"]):
                continue
            if "apart" in case:
                rows.append((case, "apart", "an experiment about another server's answers"))
                continue
            verdict, reason = explained.get(key, (None, None))
            if verdict == "incomparable":
                used.add(key)
                rows.append((case, "cannot be compared", reason))
                continue
            folder = f"{place}/work"
            os.makedirs(folder, exist_ok=True)
            difference = compare(case, run(case, server, kubectls[case["kubectl"]], folder))
            if difference is None:
                rows.append((case, "same", ""))
            elif verdict == "differs":
                used.add(key)
                rows.append((case, "differs", reason))
            else:
                rows.append((case, "DIFFERS", "no explanation"))
                faults.append(f"{case['id']} ({case['kubectl']}): {difference}")
            if verbose and rows[-1][1] != "same":
                print(case["id"], case["kubectl"], rows[-1][1], difference)
        server.stop()
    report(rows, faults, [] if only else sorted(set(explained) - used), only)


def report(rows, faults, stale, only):
    table = {}
    for case, verdict, reason in rows:
        table.setdefault((case["id"], " ".join(case["argv"])[:60]), {})[case["kubectl"]] = (
            verdict, reason)
    print(f"{'command':44} {'kubectl 1.32':20} {'kubectl 1.20':20}")
    for (name, _), cells in sorted(table.items()):
        texts = [cells.get(version, ("-", ""))[0] for version in ("1.32", "1.20")]
        if texts[0] == texts[1] == "apart":
            continue
        reasons = sorted({reason for _, reason in cells.values() if reason})
        print(f"{name:44} {texts[0]:20} {texts[1]:20} {'; '.join(reasons)}")
    counts = {}
    for _, verdict, _ in rows:
        counts[verdict] = counts.get(verdict, 0) + 1
    same, compared = counts.get("same", 0), sum(
        count for verdict, count in counts.items() if verdict not in ("apart",))
    share = 100.0 * same / compared if compared else 0.0
    print()
    for verdict, count in sorted(counts.items()):
        print(f"{count:5} {verdict}")
    print(f"{share:5.1f} % of {compared} recorded outcomes are the same (goal {GOAL} %)")
    good = set().union(*(parts(case["argv"]) for case, verdict, _ in rows if verdict == "same"))
    bad = set().union(*(parts(case["argv"]) for case, verdict, _ in rows
                        if verdict == "DIFFERS"), set())
    wanted = shapes(f"{HERE}/../../runbooks")
    missing, partly = [], set()
    for shape, words in sorted(wanted.items()):
        unseen = parts(words) - good
        for part in sorted(unseen & set(UNRECORDED)):
            partly.add(shape)
            print(f"  {shape}: '{part}' is not recorded: {UNRECORDED[part]}")
        if unseen - set(UNRECORDED) or parts(words) & bad:
            missing.append(shape)
    print(f"{len(wanted) - len(missing) - len(partly - set(missing))} of {len(wanted)} command shapes "
          f"of the runbooks are the same as recorded, {len(partly)} have a part no recording has, "
          f"{len(missing)} differ (goal: none)")
    for shape in missing:
        print(f"  not shown the same: {shape}")
    for fault in faults:
        print(f"FAULT {fault}")
    for name, version in stale:
        print(f"FAULT {name} ({version}): explained, but the same")
    if not only and (faults or stale or missing or share < GOAL):
        sys.exit(1)
    if faults:
        sys.exit(1)


if __name__ == "__main__":
    main()
