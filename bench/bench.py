#!/usr/bin/env python3
"""Measures `recover` beside a floor in C and writes docs/PERFORMANCE.md.

  bench/bench.py [--quick] [--million] [--rounds N] [--programs DIR] [--work DIR] [--out FILE]

Needs the programs of `make build`, a C compiler and strace. Each round runs
every case once, ours and the floor's next to each other, so that a noisy
machine is noisy for both. Nothing here reaches a network. It ends by itself:
what its time does not suffice for is left out, and said to be.
"""
import os
import sys

sys.dont_write_bytecode = True

import cases
import report
from figures import Figures
from place import Failure, Place


# Seconds; a case that has begun is not cut off.
TIME = {"quick": 80, "full": 330, "million": 900}


def options(words):
    chosen = {"rounds": None, "programs": "bin", "work": ".build/bench", "out": "docs/PERFORMANCE.md"}
    flags = {"quick": False, "million": False}
    rest = list(words)
    while rest:
        word = rest.pop(0).removeprefix("--")
        if word in flags:
            flags[word] = True
        elif word in chosen and rest:
            chosen[word] = rest.pop(0)
        else:
            sys.exit(__doc__)
    rounds = int(chosen["rounds"] or (2 if flags["quick"] else 5))
    return chosen, flags, max(1, rounds)


def measure_all(place, figures, todo, rounds, end, load):
    """Every case in every round, as far as the time goes; rounds that were whole."""
    for number in range(rounds):
        for case in todo:
            if number > 0 and case.__name__ in cases.ONCE:
                continue
            if place.clock() > end:
                place.say(f"the time is over in round {number + 1}, before: {case.__doc__}")
                for late in todo[todo.index(case):] if number == 0 else []:
                    figures.refuse(late.__name__, "the time was over before it")
                return number
            place.say(f"round {number + 1} of {rounds}: {case.__doc__.splitlines()[0]}")
            try:
                case(number)
            except Failure as failure:
                figures.refuse(case.__name__, str(failure))
                place.say(f"NOT MEASURED: {failure}")
        load.append(os.getloadavg()[0])
    return rounds


def main():
    os.chdir(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    chosen, flags, rounds = options(sys.argv[1:])
    place = Place(chosen["programs"], chosen["work"])
    try:
        figures = Figures()
        load = [os.getloadavg()[0]]
        started = place.clock()
        todo = cases.all_cases(place, figures, flags)
        end = started + TIME["quick" if flags["quick"] else "million" if flags["million"] else "full"]
        done = measure_all(place, figures, todo, rounds, end, load)
        text = report.text(place, figures, flags, f"{done} of {rounds}", load, place.clock() - started)
        with open(chosen["out"], "w") as file:
            file.write(text)
        print(report.short(figures))
        place.say(f"written: {chosen['out']}")
    except Failure as failure:
        sys.exit(f"bench: {failure}")
    finally:
        place.remove()


main()
