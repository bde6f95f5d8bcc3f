"""What two runs of one command may differ in and still be the same: each with its reason."""

import re

RULES = [
    ("uids are random", r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}", "UID"),
    ("revisions count writes", r'("?resourceVersion"?: ?"?)\d+', r"\1RV"),
    ("times pass", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z", "TIME"),
    ("times pass", r"\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d \+0000", "TIME"),
    ("klog lines carry time and process", r"[EIW]\d{4} \d\d:\d\d:\d\d\.\d+ +\d+ ", "LOG "),
    ("addresses belong to the machine",
     r"(https?://)?(api\.test|127\.0\.0\.1|localhost|\[::1\]|10\.\d+\.\d+\.\d+):\d+", "ADDRESS"),
    ("colours are for terminals", r"\x1b\[[0-9;]*m", ""),
    ("pods are named at random",
     r"\b([a-z][a-z0-9-]*?)-[a-z0-9]{8,10}-[a-z0-9]{5}\b(?!-)", r"\1-HASH-RANDOM"),
    ("pods are named at random", r"\b(node-agent)-[a-z0-9]{5}\b", r"\1-RANDOM"),
    ("pods get their addresses as they come", r"\b10\.244\.\d+\.\d+\b", "POD-IP"),
    ("ages grow", r"(?<![\w.=-])(\d+d)?(\d+h)?(\d+m)?\d+s(?![\w-])", "AGE"),
    ("ages grow", r"(?<![\w.=-])\d+m(?![\w-])", "AGE"),
    ("temporary files are named at random",
     r"(/tmp|\$TMP)/(LIVE|MERGED)-\d+", r"/tmp/\2-N"),
    ("times pass", r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.\d+ \+0000", "TIME"),
    ("columns are as wide as what stands in them", r"[ \t]+", " "),
    ("kubectl words its own timeout as its timers fire",
     r"(context deadline exceeded|net/http: request canceled)"
     r"( \(Client\.Timeout exceeded while awaiting headers\))?", "TIMEOUT"),
    ("a timeout may meet a watch that just starts", r"LOG reflector\.go.*TIMEOUT\"\n", ""),
    ("the recorder ended what never ends", r"\n<killed by recorder>", ""),
    ("the build of the recorded server is no release",
     r'("?(gitCommit|buildDate|gitTreeState|goVersion|compiler|platform|gitVersion|'
     r'kustomizeVersion|minor|major)"?): ?"[^"]*"', r"\1: BUILD"),
]
COMPILED = [(re.compile(pattern), replacement) for _, pattern, replacement in RULES]

# Pods are evicted side by side, each by its own thread of kubectl, and it keeps the
# reasons why some cannot be in a map, which Go walks in any order.
UNORDERED = {"drain"}
REASONS = re.compile(r"(?<=due to error: \[)cannot .*(?=\], continuing)")


def normal(text, words):
    for pattern, replacement in COMPILED:
        text = pattern.sub(replacement, text)
    if UNORDERED & set(words):
        text = re.sub(r'pods/"[^"]+"', 'pods/"ONE"', text)
        lines = [re.sub(r"(?<=(?i:WARNING): ).*", parts_sorted, line)
                 for line in text.split("\n")]
        text = "\n".join(sorted(re.sub(REASONS, reasons_sorted, line) for line in lines))
    return text


def reasons_sorted(found):
    return ", ".join(sorted(re.split(r", (?=cannot )", found.group())))


def parts_sorted(found):
    return "; ".join(sorted(found.group().split("; ")))
