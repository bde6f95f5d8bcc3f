"""Random kubectl traffic of both versions against one cluster of the lab.

    soak.py BARE-CLUSTER TOOLS [--seconds 600] [--pods 5000] [--estate NAME --lab RECOVER-LAB]

No crash, no answer 500, memory flat: prints the server's resident memory now and then, with
what it keeps by design, and exits with 1 when a rule is broken. `--pods` first shows what a list
of so many pods costs, `--estate` how long a whole lab of that estate takes to come up and what
memory its program then has; that has to stay within 150 MiB.
"""

import glob
import json
import os
import random
import re
import signal
import subprocess
import sys
import tempfile
import threading
import time

from kubectl import Kubectl
from server import Server

WORKERS = 3
# What is kept may grow this much: buffers, the allocator's own.
GROWTH = 1.35
SLACK = 16 * 1024
# More changes than a cluster remembers for watches.
HISTORY = 2100
# How often memory is looked at.
POINTS = 7
LARGEST = 150 * 1024
# A round trip that a server answers with its own fault.
FAULT = re.compile(r"InternalError|internal server error|unexpected EOF|EOF$|connection refused")


def option(name, default):
    words = sys.argv
    return type(default)(words[words.index(name) + 1]) if name in words else default


def world():
    objects = [{"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name},
                "spec": {"finalizers": ["kubernetes"]}, "status": {"phase": "Active"}}
               for name in ("demo", "prod", "argocd", "kube-system", "default")]
    for number in range(4):
        objects.append({
            "apiVersion": "v1", "kind": "Node", "spec": {},
            "metadata": {"name": f"w{number}", "labels": {"kubernetes.io/hostname": f"w{number}"}}})
    objects.append({
        "apiVersion": "argoproj.io/v1alpha1", "kind": "Application", "spec": {"project": "default"},
        "metadata": {"name": "root", "namespace": "argocd"}})
    return objects


def deployment(name, replicas, image):
    return {
        "apiVersion": "apps/v1", "kind": "Deployment",
        "metadata": {"name": name, "namespace": "demo"},
        "spec": {"replicas": replicas, "selector": {"matchLabels": {"app": name}},
                 "template": {"metadata": {"labels": {"app": name}},
                              "spec": {"containers": [{"name": "c", "image": image}]}}}}


def command(dice):
    """A command line and what it reads from stdin."""
    name, node = f"n{dice.randrange(6)}", f"w{dice.randrange(4)}"
    config = {"apiVersion": "v1", "kind": "ConfigMap", "data": {"a": str(dice.randrange(9))},
              "metadata": {"name": name, "namespace": "prod"}}
    manager = f"--field-manager=m{dice.randrange(3)}"
    return dice.choice([
        ("get nodes", None), ("get nodes -o wide", None), ("get pods -A -o json", None),
        ("get pods -A --chunk-size=3", None), ("get deploy,ds,sts -n demo", None),
        ("get events -A", None), ("get secrets -A -o name", None), ("api-resources", None),
        ("get applications.argoproj.io -n argocd", None), ("get --raw /readyz", None),
        (f"describe node {node}", None), (f"cordon {node}", None), (f"uncordon {node}", None),
        (f"label node {node} x={dice.randrange(5)} --overwrite", None),
        (f"taint node {node} t=v:NoSchedule --overwrite", None),
        (f"taint node {node} t-", None),
        ("apply -f -", deployment(name, dice.randrange(4), f"i:{dice.randrange(3)}")),
        ("apply -f -", config), (f"apply --server-side {manager} -f -", config),
        (f"apply --server-side --force-conflicts {manager} -f -", config),
        ("replace -f -", config), ("apply --dry-run=client -f -", config),
        (f"create cm {name} -n prod", None),
        (f"create secret generic {name} -n prod --from-literal=a=b", None),
        (f"delete secret {name} -n prod --ignore-not-found", None),
        (f"delete cm {name} -n prod --ignore-not-found", None),
        (f"delete deploy {name} -n demo --ignore-not-found", None),
        (f"scale deploy/{name} -n demo --replicas={dice.randrange(4)}", None),
        (f"rollout restart deploy/{name} -n demo", None),
        (f"rollout status deploy/{name} -n demo --timeout=3s", None),
        (f"wait --for=condition=Available deploy/{name} -n demo --timeout=2s", None),
        (f"delete pod -l app={name} -n demo --wait=false", None),
        (f"drain {node} --ignore-daemonsets --force --delete-emptydir-data --timeout=6s", None),
        (f"create ns s{dice.randrange(3)}", None),
        (f"delete ns s{dice.randrange(3)} --ignore-not-found --timeout=20s", None),
        ("auth can-i delete nodes", None), ("get secrets -A --as=jane", None),
        ("patch app root -n argocd --type merge -p "
         + json.dumps({"spec": {"project": dice.choice(["a", "b"])}}).replace(" ", ""), None),
        ("get nopes", None), (f"get cm {name} -n prod --ignore-not-found -o yaml", None),
    ])


def work(number, kubectls, end, place, counts, faults):
    dice = random.Random(number)
    while time.monotonic() < end and not faults:
        words, body = command(dice)
        version = dice.choice(sorted(kubectls))
        code, _, stderr = kubectls[version].run(
            words.split(" "), place, stdin=json.dumps(body) if body else None)
        counts[version] = counts.get(version, 0) + 1
        if FAULT.search(stderr) or code < 0:
            faults.append(f"kubectl {version} {words}: {code} {stderr}")


def kept(kubectls, place):
    """What a cluster keeps of its past: events for an hour, its log of changes for good."""
    events = kubectls["1.32"].run(["get", "events", "-A", "-o", "name"], place)[1].count("\n")
    logs = sorted(glob.glob(f"{place}/*/changes.jsonl"), key=os.path.getmtime)
    with open(logs[-1], "rb") as file:
        return f"{events} events and {sum(1 for _ in file)} changes in its log"


def many(server, kubectls, place, count):
    """What a list of many pods costs, and whether twice as many cost twice as much."""
    times = {}
    for pods in (count // 2, count):
        objects = world() + [{
            "apiVersion": "v1", "kind": "Pod", "status": {"phase": "Running"},
            "metadata": {"name": f"p{number:05}", "namespace": "demo", "labels": {"app": "p"}},
            "spec": {"nodeName": f"w{number % 4}", "containers": [{"name": "c", "image": "i"}]},
        } for number in range(pods)]
        server.prepare({"world": objects})
        best = 1e9
        for _ in range(3):
            began = time.monotonic()
            kubectls["1.32"].run(["get", "--raw", "/api/v1/pods"], place)
            best = min(best, time.monotonic() - began)
        times[pods] = best
        print(f"{pods} pods: list in {best:.2f} s, {server.ask({'memory': True})['KiB']} KiB")
    half, whole = times[count // 2], times[count]
    return [] if whole < 3.2 * half else [f"{count} pods: {whole:.2f} s, half of them {half:.2f}"]


def estate(name, program, place, tools):
    """Start time and memory of a whole lab."""
    folder, log = f"{place}/lab", f"{place}/lab.log"
    began = time.monotonic()
    with open(log, "w") as file:
        lab = subprocess.Popen(
            [program, "up", "--estate", name, "--tools", tools, folder], stdin=subprocess.DEVNULL,
            stdout=file, stderr=file, preexec_fn=os.setsid)
    try:
        while "Enter it:" not in open(log).read():
            if lab.poll() is not None or time.monotonic() - began > 120:
                return [f"the lab of {name} did not come up: {open(log).read()}"]
            time.sleep(0.05)
        took = time.monotonic() - began
        resident = [resident_of(process) for process in family(lab.pid)]
        largest = max(resident)
        print(f"estate {name}: up in {took:.1f} s, largest program {largest} KiB, "
              f"all {sum(resident)} KiB")
        return [] if largest <= LARGEST else [f"estate {name} needs {largest} KiB"]
    finally:
        if lab.poll() is None:
            lab.send_signal(signal.SIGTERM)
            lab.wait(timeout=60)


def family(pid):
    """A process and all below it."""
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            children = [int(child) for child in file.read().split()]
    except OSError:
        return []
    return [pid] + [below for child in children for below in family(child)]


def resident_of(pid):
    try:
        with open(f"/proc/{pid}/status") as file:
            found = re.search(r"VmRSS:\s+(\d+)", file.read())
    except OSError:
        return 0
    return int(found.group(1)) if found else 0


def main():
    seconds, pods = option("--seconds", 600), option("--pods", 0)
    program, tools = map(os.path.abspath, sys.argv[1:3])
    faults, counts, memory = [], {}, []
    with tempfile.TemporaryDirectory(prefix="lab-soak.") as place:
        server = Server(program, place)
        kubectls = {version: Kubectl(version, tools, place) for version in ("1.20", "1.32")}
        name = option("--estate", "")
        if name:
            program_of_lab = os.path.abspath(option("--lab", "bin/recover-lab"))
            faults += estate(name, program_of_lab, place, tools)
        if pods:
            faults += many(server, kubectls, place, pods)
        server.prepare({"world": world(), "controllers": True})
        # What watches may ask for is kept up to a number of changes: it is filled first, with
        # objects of the size that comes later, so that what grows then is a leak.
        for number in range(HISTORY):
            server.ask({"put": deployment(f"n{number % 6}", 0, f"i:{number}")})
        # The first commands fill what stays filled.
        warm = time.monotonic() + min(60, seconds / 4)
        for until in (warm + seconds * part / 8 for part in range(POINTS)):
            threads = [
                threading.Thread(target=work, args=(n, kubectls, until, place, counts, faults))
                for n in range(WORKERS)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            if server.process.poll() is not None:
                faults.append(f"the server ended: {server.process.returncode}")
                break
            memory.append(server.ask({"memory": True})["KiB"])
            print(f"{memory[-1]} KiB with {kept(kubectls, place)}")
        else:
            server.stop()
    print("commands: " + ", ".join(f"{counts[v]} of kubectl {v}" for v in sorted(counts)))
    if len(memory) == POINTS and memory[-1] > memory[0] * GROWTH + SLACK:
        faults.append("memory grows")
    for fault in faults:
        print(f"FAULT {fault}")
    sys.exit(1 if faults else 0)


if __name__ == "__main__":
    main()
