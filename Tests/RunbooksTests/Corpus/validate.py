"""Validates files against a JSON Schema: SCHEMA FILE...

Prints `valid FILE`, `invalid FILE: where: why` or `unread FILE: why`, one a line.
Ends with 0 whatever it found; 1 means it could not look.
"""
import json
import re
import sys

import yaml
from jsonschema import Draft202012Validator


class Core(yaml.CSafeLoader):
    """YAML as the project reads it: yes is text, 1.10 is text, 0o17 is text."""


Core.yaml_implicit_resolvers = {}
Core.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile("^(true|false)$"), list("tf"))
Core.add_implicit_resolver("tag:yaml.org,2002:int", re.compile("^(0|-?[1-9][0-9]*)$"), list("-0123456789"))
Core.add_implicit_resolver("tag:yaml.org,2002:null", re.compile("^(~|null|)$"), ["~", "n", ""])

with open(sys.argv[1], encoding="utf-8") as file:
    schema = json.load(file)
Draft202012Validator.check_schema(schema)
validator = Draft202012Validator(schema)
for path in sys.argv[2:]:
    try:
        with open(path, encoding="utf-8") as file:
            document = json.load(file) if path.endswith(".json") else yaml.load(file, Core)
    except (yaml.YAMLError, UnicodeError) as error:
        print("unread", path + ":", " ".join(str(error).split())[:80])
        continue
    # A list of documents is as good as its worst.
    documents = document if path.endswith(".json") else [document]
    errors = [error for document in documents for error in validator.iter_errors(document)]
    if errors:
        error = errors[0]
        print("invalid", path + ":", "/".join(map(str, error.absolute_path)) + ":", error.message[:120])
    else:
        print("valid", path)
