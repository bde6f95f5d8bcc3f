"""The shapes of kubectl commands: verb, kinds and flags, without names and values."""

import glob
import re

import yaml

VALUED = {"-n", "-o", "-l", "-p", "-f", "--type", "--field-selector", "--field-manager"}


def shape_of(words):
    """`get node -o json` and `get node x -o json` are two shapes; values are not kept."""
    verb, rest, flags, names = None, list(words), set(), []
    while rest:
        word = str(rest.pop(0))
        if word.startswith("-") and word != "-":
            name = word.split("=")[0]
            if name == "-o" or name == "--type":
                value = word.split("=", 1)[1] if "=" in word else str(rest.pop(0))
                flags.add(f"{name} {value.split('=')[0]}")
                continue
            if name in VALUED and "=" not in word:
                rest.pop(0)
            if name not in ("--request-timeout", "--timeout", "-n", "-A"):
                flags.add(name)
        elif verb is None:
            verb = word
        else:
            names.append(word)
    return " ".join([verb or ""] + sorted(flags))


def parts(words):
    """What of a command kubectl and server must get right: the verb with each flag."""
    verb, *flags = re.split(r" (?=-)", shape_of(words))
    return {verb} | {f"{verb} {flag}" for flag in flags}


# Flags no recording uses with that verb, and what is known of them all the same.
UNRECORDED = {
    "delete --raw": "LabClusterTests hold the answers against the words of the server's source",
    "delete -f": "with --raw it is the request's body, which LabClusterTests send",
    "taint --overwrite": "kubectl decides it alone, and sends what `taint` sends",
}


def shapes(folder):
    """Every shape the shipped runbooks use, and a command of it."""
    found = {}
    for path in sorted(glob.glob(f"{folder}/*.yaml") + glob.glob(f"{folder}/fragments/*.yaml")):
        with open(path) as file:
            collect(yaml.safe_load(file), found)
    return found


def collect(node, found):
    if isinstance(node, dict):
        call = node.get("kubectl")
        if isinstance(call, dict) and isinstance(call.get("run"), list):
            words = [word if isinstance(word, str) else "VALUE" for word in call["run"]]
            found[shape_of(words)] = words
        for value in node.values():
            collect(value, found)
    elif isinstance(node, list):
        for value in node:
            collect(value, found)
