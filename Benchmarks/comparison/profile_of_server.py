"""Where the mock's time goes under load: perf's samples, by library and by function."""

import re
import shutil
import subprocess
import time

import clients
import processes
import report
from fixtures import CERTIFICATES, ME, TOKEN

FREQUENCY = "997"
LINES = 150


def measure(setting, fixtures):
    """Samples `/user/me` over both protocols, issuance and handshakes."""
    if shutil.which("perf") is None:
        raise processes.Problem("there is no perf here; Debian's package is linux-perf.")
    mock = fixtures.mock("profiled")
    csrs = fixtures.csrs()
    identity = fixtures.client_identity(mock)[:2]
    base = f"https://localhost:{mock.api_port}"
    key = [f"x-api-key: {TOKEN}"]
    script = ("issue.lua", "mock", CERTIFICATES, "profile", csrs, TOKEN)
    loads = {
        "/user/me over HTTP/1.1": lambda s: clients.wrk(setting, fixtures, base + ME, s, key),
        "/user/me over HTTP/2": lambda s: clients.h2load(setting, fixtures, base + ME, s, 1, key),
        "issuance": lambda s: clients.wrk(setting, fixtures, base, s, script=script),
        "mTLS handshakes": lambda s: clients.handshakes(
            setting, fixtures, mock.clientauth_port, s, identity
        ),
    }
    for name, load in loads.items():
        data = setting.work / "perf.data"
        sampler = subprocess.Popen(
            ["perf", "record", "-q", "-F", FREQUENCY, "--call-graph", "dwarf,32768", "-o", data,
             "-p", str(mock.process.pid)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
        )  # fmt: skip
        time.sleep(0.3)
        cpu = mock.cpu_seconds()
        rate = load(setting.seconds)
        cpu = mock.cpu_seconds() - cpu
        sampler.send_signal(2)
        complaint = sampler.communicate()[1]
        if not data.exists():
            raise processes.Problem(f"perf could not sample the mock: {complaint.strip()}")
        each = cpu / setting.seconds / rate * 1e6
        print(f"## {name}: {rate:,.0f}/s while sampled, {each:.1f} µs of the core each\n")
        print(_listing("by library", data, "--no-children", "--sort", "dso", limit=12))
        print(_listing("by function, itself", data, "--no-children", "--sort", "symbol", limit=25))
        print(_listing("by function, with what it calls", data, "--children", "--sort", "symbol"))
        report.say(f"profile: {name} sampled")


def _listing(title, data, *options, limit=LINES):
    text = subprocess.run(
        ["perf", "report", "--stdio", "-g", "none", "-i", data, *options],
        capture_output=True,
        text=True,
        check=False,
    ).stdout
    # Beside each symbol perf prints columns for branches that were not sampled.
    lines = [
        re.sub(r"[\s-]+$", "", line)
        for line in text.splitlines()
        # A function without a name says nothing: the libraries of Debian are stripped.
        if re.match(r"\s+[\d.]+%", line) and "] 0x0" not in line
    ]
    words = "\n".join(lines[:limit])
    if shutil.which("swift-demangle"):
        words = subprocess.run(
            ["swift-demangle", "--simplified"],
            input=words,
            capture_output=True,
            text=True,
            check=False,
        ).stdout
    return f"{title}:\n{words}\n"
