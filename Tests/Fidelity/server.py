"""The cluster of the lab, as its program `bare-cluster` runs it."""

import datetime
import json
import os
import re
import subprocess

TIME = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?=(\.\d+)?Z)")
FORM = "%Y-%m-%dT%H:%M:%S"


class Server:
    def __init__(self, program, place):
        self.place = place
        self.process = subprocess.Popen(
            [program, place], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, order):
        self.process.stdin.write(json.dumps(order) + "\n")
        self.process.stdin.flush()
        answer = json.loads(self.process.stdout.readline())
        if "error" in answer:
            raise RuntimeError(f"{order}: {answer['error']}")
        return answer

    def prepare(self, case):
        """A new cluster with the objects the recorded server had; what changes meanwhile."""
        world, meanwhile = recent(case)
        path = f"{self.place}/world.json"
        with open(path, "w") as file:
            json.dump(world, file)
        self.ask({
            "start": path, "controllers": case.get("controllers", False),
            "columns": case.get("columns"), "version": "v1.32.13"})
        if case.get("settle"):
            self.ask({"settle": 20})
        if case.get("outage"):
            self.ask({"outage": True})
        return meanwhile

    def stop(self):
        self.process.stdin.close()
        self.process.wait(timeout=30)


def recent(case):
    """Every time of a case moved so that the latest is a moment ago: ages are as recorded."""
    text = json.dumps([case.get("world", []), case.get("meanwhile", [])])
    times = [datetime.datetime.strptime(found.group(), FORM) for found in TIME.finditer(text)]
    if times:
        shift = datetime.datetime.utcnow() - max(times) - datetime.timedelta(seconds=1)
        text = TIME.sub(
            lambda found: (datetime.datetime.strptime(found.group(), FORM) + shift).strftime(FORM),
            text)
    return json.loads(text)
