"""From starting the program to its first answer over TLS."""

import json
import os
import shutil
import ssl
import statistics
import subprocess
import time

import report
from fixtures import ME, TOKEN, mock_environment
from processes import Problem

# Both limits are for the 95th percentile of all starts: what a test suite waits for is the slow one.
# With the state present, to the first answer; with nothing on disk, to the ready line.
REACH_MILLISECONDS = 50
AIM_MILLISECONDS = 15
FIRST_REACH_MILLISECONDS = 300
PEERS = "Pebble 170–280 ms"

# Reach and aim of each kind; a kind without limits is there to be looked at.
LIMITS = {
    "state present": (REACH_MILLISECONDS, AIM_MILLISECONDS),
    "first start": (FIRST_REACH_MILLISECONDS, None),
    "--ephemeral": (None, None),
}


class Start:
    """One start, one request, one stop; times in milliseconds from just before the spawn."""

    def __init__(self, setting, state, context=None):
        place = ["--ephemeral"] if state is None else ["--state-dir", state]
        ports = ["--api-port", "0", "--clientauth-port", "0", "--control-port", "0"]
        environment = mock_environment()
        log = open(setting.work / "start.log", "ab")
        # The child inherits the core; a taskset in between would be one more program to start.
        os.sched_setaffinity(0, {setting.server_core})
        begin = time.perf_counter()
        process = subprocess.Popen(
            [setting.binary, "serve", *place, *ports],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=log,
            close_fds=False,
            env=environment,
        )
        os.sched_setaffinity(0, {setting.load_core})
        try:
            line = process.stdout.readline()
            self.ready = (time.perf_counter() - begin) * 1000
            if not line.startswith(b"ready "):
                raise Problem(f"the mock did not start: {(setting.work / 'start.log').read_text()}")
            words = json.loads(line.removeprefix(b"ready "))
            context = context or ssl.create_default_context(cafile=words["ca_file"])
            answer = first_answer(int(words["api_url"].rpartition(":")[2]), context)
            self.answered = (time.perf_counter() - begin) * 1000
            if not answer.startswith(b"HTTP/1.1 200 "):
                raise Problem(f"the first answer was {answer[:100]!r}")
            self.ca_file = words["ca_file"]
        finally:
            process.terminate()
            _, process.returncode, usage = os.wait4(process.pid, 0)
            # From the start to the end, the drain included.
            self.used = (usage.ru_utime + usage.ru_stime) * 1000
            process.stdout.close()
            log.close()


def first_answer(port, context):
    """Asks for `/user/me` and returns what came back first."""
    import socket

    with socket.create_connection(("127.0.0.1", port), 10) as plain:
        with context.wrap_socket(plain, server_hostname="localhost") as tls:
            head = f"GET {ME} HTTP/1.1\r\nHost: localhost:{port}\r\nx-api-key: {TOKEN}\r\n\r\n"
            tls.sendall(head.encode("ascii"))
            return tls.recv(16384)


def instrument(setting):
    """What the measurement itself costs: the same spawn and one read, of a program that echoes."""
    os.sched_setaffinity(0, {setting.server_core})
    begin = time.perf_counter()
    with subprocess.Popen(
        ["/bin/echo", "ready"], stdout=subprocess.PIPE, close_fds=False
    ) as process:
        os.sched_setaffinity(0, {setting.load_core})
        process.stdout.readline()
        return (time.perf_counter() - begin) * 1000


def percentile(values, share):
    """The value below which that share of the sorted values lies, by the nearest rank."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered) + 0.5) - 1))]


def measure(setting, fixtures):
    """State present, first start and --ephemeral, in turn."""
    state, fresh = setting.work / "started", setting.work / "fresh"
    mock = fixtures.mock(state.name)
    # An issued certificate means that the CA's key is there and kept.
    mock.issue(fixtures.first_csr(), "before the restart")
    context = mock.context()
    mock.stop()
    runs = {"state present": [], "first start": [], "--ephemeral": []}
    floor = []
    for _ in range(setting.starts):
        runs["state present"].append(Start(setting, state, context))
        shutil.rmtree(fresh, ignore_errors=True)
        runs["first start"].append(Start(setting, fresh))
        runs["--ephemeral"].append(Start(setting, None))
        floor.append(instrument(setting))
    report.say(f"start: {setting.starts} starts of each kind")
    return [_row(kind, starts, floor) for kind, starts in runs.items()]


def _row(kind, starts, floor):
    answered = [run.answered for run in starts]
    ready = [run.ready for run in starts]
    # A first start makes keys and a store before it is ready; what it does after that, a later
    # start does too, and is judged there.
    is_first = kind == "first start"
    judged = ready if is_first else answered
    median, high = statistics.median(judged), percentile(judged, 0.95)
    limits = LIMITS[kind]
    verdict = report.verdict(high <= (limits[0] or 0), limits[1] and high <= limits[1])
    return {
        "name": "start-" + kind.strip("-").replace(" ", "-"),
        "what": f"start to {'ready' if is_first else 'first answer'}, {kind}",
        "ours": f"{median:.1f} ms",
        "peer": PEERS + " (elsewhere)",
        "ratio": f"p95 {high:.1f} ms",
        "reach": f"p95 ≤ {limits[0]} ms" if limits[0] else "–",
        "aim": f"p95 ≤ {limits[1]} ms" if limits[1] else "–",
        "verdict": verdict if limits[0] else "not judged",
        "detail": {
            "first answer ms": answered,
            "ready line ms": ready,
            "processor ms": [run.used for run in starts],
            "echo ms": floor,
        },
        "notes": [
            f"{len(starts)} starts; ready line after {statistics.median(ready):.1f} ms, p95 "
            f"{percentile(ready, 0.95):.1f} ms; first answer after "
            f"{statistics.median(answered):.1f} ms, p95 {percentile(answered, 0.95):.1f} ms; in "
            "these figures the spawn and one read of the instrument itself are "
            f"{statistics.median(floor):.1f} ms; processor time to the end "
            f"{statistics.median(run.used for run in starts):.1f} ms"
        ],
    }
