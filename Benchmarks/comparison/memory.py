"""Resident memory, idle and with many idle TLS connections."""

import subprocess
import time

import processes
import report
from fixtures import ME
from processes import Problem

IDLE_REACH, IDLE_AIM = 25, 15
HELD_REACH, HELD_AIM = 400, 200


def settled(server):
    """The memory once it has stopped moving."""
    last = server.memory()
    for _ in range(20):
        time.sleep(0.25)
        current = server.memory()
        if abs(current["VmRSS"] - last["VmRSS"]) < 64:
            return current
        last = current
    return last


class Idle:
    """Connections from a process of its own, open until told otherwise."""

    def __init__(self, setting, fixtures, port, count):
        command = [setting.tls_load, "hold", "127.0.0.1", port, "localhost", count, ME]
        self.process = subprocess.Popen(
            processes.pinned(setting.load_core, command),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            env=fixtures.client_environment,
        )
        words = self.process.stdout.readline()
        if not words.startswith("holding "):
            rest = self.process.communicate()[0]
            raise Problem(f"the connections could not be opened: {words}{rest}".strip())

    def close(self):
        """Closes them all and waits for the process."""
        self.process.communicate()


def held(setting, fixtures, server, port):
    """Memory before, with, and after the connections."""
    before = settled(server)
    idle = Idle(setting, fixtures, port, setting.connections)
    during = settled(server)
    idle.close()
    return before, during, settled(server)


def measure(setting, fixtures):
    """Ours and nginx after one request each, then with the connections."""
    mock = fixtures.mock()
    nginx = fixtures.nginx(mock.me(), None)
    ours = held(setting, fixtures, mock, mock.api_port)
    report.say(f"memory: {setting.connections} connections held by the mock")
    peer = held(setting, fixtures, nginx, nginx.port)
    report.say(f"memory: {setting.connections} connections held by nginx")
    count = f"{setting.connections:,}"
    rows = [
        _row("memory-idle", "memory, idle", ours[0], peer[0], IDLE_REACH, IDLE_AIM),
        _row("memory-held", f"memory, {count} idle TLS", ours[1], peer[1], HELD_REACH, HELD_AIM),
    ]
    each = (ours[1]["VmRSS"] - ours[0]["VmRSS"]) / setting.connections
    nginx_each = (peer[1]["VmRSS"] - peer[0]["VmRSS"]) / setting.connections
    rows[1]["notes"].append(
        f"{each:.1f} KiB for each connection, nginx {nginx_each:.1f}; after they are closed ours "
        f"keeps {ours[2]['VmRSS'] / 1024:.1f} MB"
    )
    return rows


def _row(name, what, ours, peer, reach, aim):
    megabytes = ours["VmRSS"] / 1024
    return {
        "name": name,
        "what": what,
        "ours": f"{megabytes:.1f} MB",
        "peer": f"nginx {peer['VmRSS'] / 1024:.1f} MB",
        "ratio": f"{ours['VmRSS'] / peer['VmRSS']:.2f}",
        "reach": f"≤ {reach} MB",
        "aim": f"≤ {aim} MB",
        "verdict": report.verdict(megabytes <= reach, megabytes <= aim),
        "detail": {"ours KiB": ours, "peer KiB": peer},
        "notes": [f"of it without file pages: {ours['RssAnon'] / 1024:.1f} MB"],
    }
