"""The machine: which cores there are, and what to say about it beside the figures."""

import os
import platform
import re
import subprocess
from pathlib import Path

from processes import TICKS_PER_SECOND, Problem


def two_cores():
    """The core of the servers and the core of the load."""
    cores = sorted(os.sched_getaffinity(0))
    if len(cores) < 2:
        raise Problem(
            "two cores are needed, one for the server and one for the load; this process may use "
            f"only core {cores[0]}."
        )
    return cores[0], cores[1]


def pin_to(core):
    """Keeps this process, and what it starts from now on, on one core."""
    os.sched_setaffinity(0, {core})


def core_seconds(core):
    """Processor time that a core has spent on anything at all, in seconds."""
    for line in Path("/proc/stat").read_text("ascii").splitlines():
        fields = line.split()
        if fields[0] == f"cpu{core}":
            # user, nice, system, then idle and iowait left out, then irq, softirq, steal.
            used = sum(map(int, fields[1:4])) + sum(map(int, fields[6:9]))
            return used / TICKS_PER_SECOND
    return 0.0


def first_line(*command):
    """The first line a command prints, or the word unknown."""
    try:
        done = subprocess.run(
            command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False
        )
    except OSError:
        return "unknown"
    lines = done.stdout.strip().splitlines()
    return lines[0].strip() if lines else "unknown"


def package_version(name):
    """The version of an installed Debian package."""
    return first_line("dpkg-query", "-W", "-f", "${Version}", name)


def description(setting):
    """What a reader needs to judge the figures, as a table of words."""
    cpu = re.search(r"model name\s*:\s*(.*)", Path("/proc/cpuinfo").read_text("utf-8"))
    memory = re.search(r"MemTotal:\s*(\d+)", Path("/proc/meminfo").read_text("utf-8"))
    release = re.search(
        r'PRETTY_NAME="(.*)"', Path("/etc/os-release").read_text("utf-8")
    )
    return {
        "processor": cpu.group(1) if cpu else platform.machine(),
        "cores": os.cpu_count(),
        "virtual": "hypervisor" in Path("/proc/cpuinfo").read_text("utf-8"),
        "memory GiB": round(int(memory.group(1)) / 1_048_576, 1) if memory else None,
        "system": release.group(1) if release else "unknown",
        "kernel": platform.release(),
        "file system of the state": first_line(
            "stat", "--file-system", "--format", "%T", str(setting.work)
        ),
        "TLS": first_line("openssl", "version").partition(" (")[0],
        "nginx": first_line("nginx", "-v").removeprefix("nginx version: "),
        "cfssl": package_version("golang-cfssl"),
        "wrk": package_version("wrk"),
        "h2load": package_version("nghttp2-client"),
        "compiler": first_line("swift", "--version"),
        "load average at the end": os.getloadavg()[0],
    }
