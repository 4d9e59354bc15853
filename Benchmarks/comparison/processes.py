"""Processes: started on one core, watched, and always ended."""

import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
_running = []


class Problem(Exception):
    """Something that keeps a figure from being measured, in words for a person."""


def free_port():
    """A port that was free a moment ago, for programs that cannot choose one themselves."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def has_ipv6():
    """Whether ::1 can be listened on."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
            return True
    except OSError:
        return False


def pinned(core, command):
    """A command on one core, which ends with this process however this process ends.

    It is asked to end, not killed: nginx's worker would outlive a master that is killed.
    """
    return ["setpriv", "--pdeathsig", "TERM", "taskset", "-c", str(core), *map(str, command)]


class Server:
    """A running server; its standard error goes to a file, as would its log."""

    def __init__(self, name, command, core, log, environment=None, keeps_output=False):
        self.name = name
        self.log = Path(log)
        with open(self.log, "wb") as errors:
            self.process = subprocess.Popen(
                pinned(core, command),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if keeps_output else errors,
                stderr=errors,
                env=environment,
                text=True,
            )
        _running.append(self)

    def complaint(self):
        """Why it is not there, with its own last words."""
        lines = self.log.read_text("utf-8", "replace").strip().splitlines()
        code = self.process.poll()
        fate = "still runs but does not answer" if code is None else f"ended with status {code}"
        return f"{self.name} {fate}. It said: " + (" / ".join(lines[-3:]) or "nothing")

    def wait_for_port(self, port, seconds=10):
        """Returns when something accepts on the port; a Problem when nothing does."""
        end = time.monotonic() + seconds
        while time.monotonic() < end and self.process.poll() is None:
            try:
                socket.create_connection(("127.0.0.1", port), 1).close()
                return
            except OSError:
                time.sleep(0.02)
        raise Problem(self.complaint())

    def tree(self):
        """The process and all below it."""
        found, pending = [], [self.process.pid]
        while pending:
            pid = pending.pop()
            found.append(pid)
            for task in Path(f"/proc/{pid}/task").glob("*/children"):
                try:
                    pending += map(int, task.read_text("ascii").split())
                except OSError:
                    continue
        return found

    def cpu_seconds(self):
        """Processor time used so far, in user and kernel, by the whole tree."""
        ticks = 0
        for pid in self.tree():
            try:
                fields = Path(f"/proc/{pid}/stat").read_text("ascii").rpartition(")")[2].split()
            except OSError:
                continue
            ticks += int(fields[11]) + int(fields[12])
        return ticks / TICKS_PER_SECOND

    def memory(self):
        """Kibibytes resident: the sum over the tree, all of it and the part without files."""
        sums = {"VmRSS": 0, "RssAnon": 0}
        for pid in self.tree():
            for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines():
                key, _, value = line.partition(":")
                if key in sums:
                    sums[key] += int(value.split()[0])
        return sums

    def stop(self):
        """Ends it, politely first."""
        if self in _running:
            _running.remove(self)
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self.process.stdout:
            self.process.stdout.close()


def stop_all():
    """Ends every server that still runs."""
    for server in list(_running):
        server.stop()


def run(command, core, environment=None, timeout=120):
    """Runs a command on one core to its end and returns what it printed."""
    if shutil.which(str(command[0])) is None:
        raise Problem(f"there is no {command[0]} on this machine.")
    try:
        done = subprocess.run(
            pinned(core, command),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            text=True,
            timeout=timeout,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise Problem(f"{command[0]} did not end within {timeout} s.") from error
    if done.returncode != 0:
        words = " / ".join(done.stdout.strip().splitlines()[-4:])
        raise Problem(f"{command[0]} ended with status {done.returncode}: {words}")
    return done.stdout
