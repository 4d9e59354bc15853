"""Worlds: to make, fork, reset and wake them, and what they cost while they are there."""

import http.client
import json
import os
import statistics
import time
from pathlib import Path

import memory
import report
from fixtures import ACCOUNT, TOKEN
from processes import Problem

CERTIFICATES = 1000
WORLDS = 1000
REPETITIONS = 40

# As many as are kept open at one time, and how long after its last use one that is too many is sure
# to be closed: two quiet seconds, and the next look at them, which comes once a second.
OPEN_MAX = 200
QUIET_SECONDS = 4


class Control:
    """One kept connection to a mock's control listener."""

    def __init__(self, port):
        self.connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def ask(self, method, path, body=None):
        """Sends a request, and returns how many milliseconds its answer took."""
        fields = {"content-type": "application/json"}
        begin = time.perf_counter()
        self.connection.request(method, path, body and json.dumps(body), fields)
        answer = self.connection.getresponse()
        text = answer.read()
        took = (time.perf_counter() - begin) * 1000
        if answer.status >= 300:
            raise Problem(f"{method} {path} answered {answer.status}: {text[:200]!r}")
        return took


def measure(setting, fixtures):
    """Times over the control listener, and memory and descriptors of a thousand worlds."""
    return _with_certificates(setting, fixtures) + _many(setting, fixtures)


def _seed(setting):
    """Options for worlds whose only user has a thousand certificates."""
    account = {
        "id": ACCOUNT,
        "name": "Benchmark",
        "service_period": {"from": "2021-05-06", "to": "2099-05-06"},
        "friendly_identifier": "1234567",
    }
    user = {
        "id": "00000000-0000-4000-8000-000000000001",
        "email": "user@example.com",
        "primary_account_id": ACCOUNT,
        "user_type": "service",
        "friendly_name": "Service user",
        "roles": ["AM_DEFAULT_USER"],
        "accounts": [ACCOUNT],
        "tokens": [{"token": TOKEN}],
        "certificates": [{"name": f"Certificate {number}"} for number in range(CERTIFICATES)],
    }
    path = setting.work / "worlds.json"
    path.write_text(json.dumps({"accounts": [account], "users": [user]}), "utf-8")
    return "--seed-file", path, "--ca-key-algorithm", "p-256"


def _with_certificates(setting, fixtures):
    mock = fixtures.mock("worlds-of-certificates", *_seed(setting))
    control = Control(mock.control_port)
    control.ask("POST", "/worlds", {"name": "origin"})
    forks, resets = [], []
    for number in range(REPETITIONS):
        name = f"fork{number}"
        forks.append(control.ask("POST", "/worlds", {"name": name, "fork_of": "origin"}))
        resets.append(control.ask("POST", f"/worlds/{name}/reset"))
        control.ask("DELETE", f"/worlds/{name}")
    mock.stop()
    report.say(f"worlds: {REPETITIONS} forks and resets of {CERTIFICATES} certificates")
    return [
        _time("world-fork", f"fork of {CERTIFICATES:,} certificates", forks, 10, 2),
        _time("world-reset", f"reset of {CERTIFICATES:,} certificates", resets, 20, 5),
    ]


def _many(setting, fixtures):
    mock = fixtures.mock("many-worlds")
    control = Control(mock.control_port)
    control.ask("POST", "/worlds", {"name": "warm"})
    before = _cost(mock)
    made = [control.ask("POST", "/worlds", {"name": f"w{n}"}) for n in range(OPEN_MAX - 1)]
    opened = _cost(mock)
    for number in range(OPEN_MAX - 1, WORLDS - 1):
        made.append(control.ask("POST", "/worlds", {"name": f"w{number}"}))
    time.sleep(QUIET_SECONDS)
    all_of_them = _cost(mock)
    wakes, answers = [], []
    for number in range(1, REPETITIONS + 1):
        path = f"/worlds/w{number}/clock"
        wakes.append(control.ask("GET", path))
        answers.append(control.ask("GET", path))
    mock.stop()
    report.say(f"worlds: {WORLDS} of them in one process")
    open_count = OPEN_MAX - 1
    dormant_count = WORLDS - 1 - open_count
    wake = _time("world-wake", "wake of a dormant world", wakes, 2, None)
    wake["notes"].append(
        f"of it the request to an open world {statistics.median(answers):.2f} ms"
    )
    return [
        _time("world-new", "new world from the seed", made, None, None),
        wake,
        _size("world-open", "open world", before, opened, open_count, 300, None),
        _size("world-dormant", "dormant world", opened, all_of_them, dormant_count, 20, 0),
    ]


def _cost(mock):
    """Resident memory without file pages in KiB, and open descriptors, once they are settled."""
    size = memory.settled(mock)["RssAnon"]
    count = sum(len(os.listdir(Path(f"/proc/{pid}/fd"))) for pid in mock.tree())
    return size, count


def _time(name, what, values, reach, aim):
    median = statistics.median(values)
    high = sorted(values)[int(len(values) * 0.95)]
    verdict = report.verdict(median <= (reach or 0), aim and median <= aim)
    return {
        "name": name,
        "what": what,
        "ours": f"{median:.2f} ms",
        "peer": "–",
        "ratio": f"p95 {high:.2f} ms",
        "reach": f"≤ {reach} ms" if reach else "–",
        "aim": f"≤ {aim} ms" if aim else "–",
        "verdict": verdict if reach else "not judged",
        "detail": {"ms": values},
        "notes": [f"the median of {len(values)}, over the control listener"],
    }


def _size(name, what, before, after, count, reach, descriptors_max):
    each = (after[0] - before[0]) / count
    descriptors = (after[1] - before[1]) / count
    reaches = each < reach and (descriptors_max is None or descriptors <= descriptors_max)
    return {
        "name": name,
        "what": f"memory, {what}",
        "ours": f"{each:.1f} KiB",
        "peer": "–",
        "ratio": f"{max(descriptors, 0):.2f} descriptors",
        "reach": f"< {reach} KB" + (", none" if descriptors_max == 0 else ""),
        "aim": "–",
        "verdict": report.verdict(reaches, False),
        "detail": {"before": before, "after": after, "count": count},
        "notes": [f"the increase of RssAnon over {count} of them"],
    }
