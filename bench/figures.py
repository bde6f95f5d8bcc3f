"""Samples, medians, and what each figure shall be."""


def median(values):
    ordered = sorted(values)
    middle = len(ordered) // 2
    return ordered[middle] if len(ordered) % 2 else (ordered[middle - 1] + ordered[middle]) / 2


class Figure:
    """One row: ours beside the floor's.

    kind is "ratio" (ours over the floor's, at most limit), "most" (ours, at
    most limit), "exactly", or "shown": no goal is set.
    """

    def __init__(self, title, unit, kind, limit, case, goal=None, digits=2):
        self.title, self.unit, self.kind, self.limit, self.case = title, unit, kind, limit, case
        self.digits = digits
        self.goal = goal or {"ratio": f"≤ {limit} × floor", "most": f"≤ {limit} {unit}",
                             "exactly": f"exactly {limit}", "shown": "none set"}[kind]
        self.ours, self.floor = [], []

    def add(self, ours, floor=None):
        self.ours.append(ours)
        if floor is not None:
            self.floor.append(floor)

    @property
    def ratios(self):
        """Ours over the floor's of the same round: what was noisy was noisy for both."""
        return [ours / floor for ours, floor in zip(self.ours, self.floor) if floor > 0]

    @property
    def ratio(self):
        return median(self.ratios) if self.ratios else None

    @property
    def verdict(self):
        if not self.ours:
            return "not measured"
        if self.kind == "shown":
            return ""
        if self.kind == "exactly":
            return "met" if abs(median(self.ours) - self.limit) < 0.01 else "NOT MET"
        values = self.ratios if self.kind == "ratio" else self.ours
        met = sum(value <= self.limit for value in values)
        if 0 < met < len(values) and self.floor and max(self.floor) > 2 * min(self.floor):
            return "too noisy to say"
        return "met" if median(values) <= self.limit else "NOT MET"

    def shown(self, values):
        if not values:
            return "–"
        number = lambda value: f"{value:.{self.digits}f}".rstrip("0").rstrip(".") if self.digits else f"{value:.0f}"
        low, high, middle = number(min(values)), number(max(values)), number(median(values))
        return middle if low == high else f"{middle} ({low}–{high})"


class Figures:
    def __init__(self):
        self.all = []
        self.refusals = {}
        self.notes = []

    def new(self, *words, **more):
        figure = Figure(*words, **more)
        self.all.append(figure)
        return figure

    def refuse(self, case, reason):
        self.refusals[case] = reason
