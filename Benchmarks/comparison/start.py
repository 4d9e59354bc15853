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

REACH_MILLISECONDS = 50
AIM_MILLISECONDS = 15
PEERS = "Pebble 170–280 ms"


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
    median, high = statistics.median(answered), percentile(answered, 0.95)
    # Only a start with its state present has limits; the others make keys and a store first.
    is_judged = kind == "state present"
    verdict = report.verdict(median <= REACH_MILLISECONDS, median <= AIM_MILLISECONDS)
    return {
        "name": "start-" + kind.strip("-").replace(" ", "-"),
        "what": f"start to first answer, {kind}",
        "ours": f"{median:.1f} ms",
        "peer": PEERS + " (elsewhere)",
        "ratio": f"p95 {high:.1f} ms",
        "reach": f"≤ {REACH_MILLISECONDS} ms" if is_judged else "–",
        "aim": f"≤ {AIM_MILLISECONDS} ms" if is_judged else "–",
        "verdict": verdict if is_judged else "not judged",
        "detail": {
            "first answer ms": answered,
            "ready line ms": ready,
            "processor ms": [run.used for run in starts],
            "echo ms": floor,
        },
        "notes": [
            f"ready line after {statistics.median(ready):.1f} ms; in these figures the spawn and "
            f"one read of the instrument itself are {statistics.median(floor):.1f} ms; processor "
            f"time to the end {statistics.median(run.used for run in starts):.1f} ms"
        ],
    }
