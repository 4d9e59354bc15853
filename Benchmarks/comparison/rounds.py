"""Interleaved rounds: ours and the peer's in turn, so that a drifting machine hits both alike."""

import statistics
import time
from dataclasses import dataclass, field

import machine
import report

# Below this share of its core a server was not the bottleneck: the load generator was.
SATURATED = 0.93
# Above this share of the server's core used by something else the figures are to be doubted.
DISTURBED = 0.05


@dataclass
class Side:
    """One of the two in a comparison: a server and a way to load it."""

    name: str
    server: object
    # Loads it for some seconds in a round, and returns how many operations it did per second.
    load: object
    rates: list = field(default_factory=list)
    # The share of its core that the server used, and that anything else used, round by round.
    busy: list = field(default_factory=list)
    foreign: list = field(default_factory=list)

    def measure(self, number, setting):
        cpu, core = self.server.cpu_seconds(), machine.core_seconds(setting.server_core)
        clock = time.monotonic()
        rate = self.load(number, setting.seconds)
        elapsed = time.monotonic() - clock
        cpu = self.server.cpu_seconds() - cpu
        core = machine.core_seconds(setting.server_core) - core
        self.rates.append(rate)
        self.busy.append(cpu / elapsed)
        self.foreign.append(max(0.0, core - cpu) / elapsed)

    def figures(self):
        """Everything about it, round by round."""
        return {"rates": self.rates, "busy": self.busy, "foreign": self.foreign}

    def rate(self):
        return statistics.median(self.rates)

    def share(self):
        return statistics.median(self.busy)

    def per_core(self):
        """Operations per second of the server's processor time, round by round."""
        return [rate / share if share > 0 else rate for rate, share in zip(self.rates, self.busy)]


@dataclass
class Ratios:
    """Round by round, ours divided by the other."""

    values: list

    @property
    def median(self):
        return statistics.median(self.values)

    def words(self):
        return f"{self.median:.2f} ({min(self.values):.2f}–{max(self.values):.2f})"


def interleave(label, setting, sides, between=None):
    """Runs the rounds; the order within a round alternates, and one short round warms up."""
    for side in sides:
        side.load(0, min(1.0, setting.seconds))
    for number in range(1, setting.rounds + 1):
        for side in sides if number % 2 else reversed(sides):
            side.measure(number, setting)
        if between:
            between()
        rates = ", ".join(f"{side.name} {side.rates[-1]:,.0f}/s" for side in sides)
        report.say(f"{label}, round {number} of {setting.rounds}: {rates}")


def compare(ours, peer):
    """The ratio that counts, and the words for what it is a ratio of.

    Where the load generator was the bottleneck for either side, rates say nothing of the servers;
    there the operations per second of the server's own processor time are compared.
    """
    by_rate = Ratios([a / b for a, b in zip(ours.rates, peer.rates)])
    by_core = Ratios([a / b for a, b in zip(ours.per_core(), peer.per_core())])
    if min(ours.share(), peer.share()) >= SATURATED:
        return by_rate, "rates", by_core
    return by_core, "rates per second of the server's core", by_rate


def row(name, what, ours, peer, reach, aim):
    """A row of the table from two sides that have run."""
    counted, kind, other = compare(ours, peer)
    return {
        "name": name,
        "what": what,
        "ours": f"{ours.rate():,.0f}/s",
        "peer": f"{peer.name} {peer.rate():,.0f}/s",
        "ratio": counted.words(),
        "reach": f"≥ {reach} ×",
        "aim": f"≥ {aim} ×",
        "verdict": report.verdict(counted.median >= reach, counted.median >= aim),
        "detail": {
            "ratio of": kind,
            "ratios": counted.values,
            "other ratios": other.values,
            "ours": ours.figures(),
            "peer": peer.figures(),
        },
        "notes": notes(ours, peer, kind, other),
    }


def notes(ours, peer, kind, other):
    """What the reader of a row must know beside it."""
    words = (
        f"server's core busy: ours {ours.share():.0%}, {peer.name} {peer.share():.0%}; "
        f"the ratio is of {kind}"
    )
    if kind != "rates":
        words += f" (of the plain rates: {other.words()})"
    foreign = statistics.median(ours.foreign + peer.foreign)
    if foreign <= DISTURBED:
        return [words]
    return [words, f"DISTURBED: something else used {foreign:.0%} of the server's core meanwhile"]
