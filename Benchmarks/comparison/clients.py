"""The load generators, and how to read what they print."""

import json
import re
from pathlib import Path

import processes
from processes import Problem

LOAD = Path(__file__).resolve().parent.parent / "load"
CONNECTIONS = 16


def _number(pattern, text, tool):
    found = re.search(pattern, text)
    if not found:
        raise Problem(f"{tool} printed something unexpected: {text.strip()[-300:]}")
    return float(found.group(1))


def wrk(setting, fixtures, url, seconds, headers=(), script=()):
    """Requests per second over kept HTTP/1.1 connections."""
    command = ["wrk", "--threads", "1", "--connections", CONNECTIONS, "--timeout", "10s"]
    command += ["--duration", f"{max(1, round(seconds))}s"]
    for header in headers:
        command += ["--header", header]
    if script:
        command += ["--script", LOAD / script[0], url, "--", *script[1:]]
    else:
        command += [url]
    text = processes.run(command, setting.load_core, fixtures.client_environment)
    if "Non-2xx" in text or "Socket errors" in text:
        bad = [line.strip() for line in text.splitlines() if "Non-2xx" in line or "errors" in line]
        raise Problem(f"{url} did not answer every request: {'; '.join(bad)}")
    return _number(r"Requests/sec:\s+([\d.]+)", text, "wrk")


def h2load(setting, fixtures, url, seconds, streams, headers=()):
    """Requests per second over kept HTTP/2 connections, and what was agreed on."""
    command = ["h2load", "--threads=1", f"--clients={CONNECTIONS}"]
    command += [f"--max-concurrent-streams={streams}", f"--duration={seconds:g}"]
    command += ["--warm-up-time=200ms", "--npn-list=h2"]
    for header in headers:
        command += ["--header", header]
    text = processes.run([*command, url], setting.load_core, fixtures.client_environment)
    if _number(r"(\d+) failed", text, "h2load") or re.search(r", [1-9]\d* [45]xx", text):
        raise Problem(f"{url} did not answer every request: {text.strip()[-400:]}")
    return _number(r"finished in [^,]*, ([\d.]+) req/s", text, "h2load")


def handshakes(setting, fixtures, port, seconds, identity):
    """Full handshakes per second."""
    command = [setting.tls_load, "handshakes", "127.0.0.1", port, "clientauth.localhost"]
    command += [seconds, CONNECTIONS, *identity]
    text = processes.run(command, setting.load_core, fixtures.client_environment)
    result = json.loads(text.strip().splitlines()[-1])
    if result["failures"]:
        raise Problem(f"{result['failures']} handshakes failed: {text.strip()[:300]}")
    return result["handshakes"] / result["seconds"]


def agreed(fixtures, port, *identity):
    """Protocol, cipher and group that a client and a server agree on, by s_client's word."""
    import subprocess

    command = ["openssl", "s_client", "-brief", "-connect", f"127.0.0.1:{port}"]
    command += ["-servername", "clientauth.localhost" if identity else "localhost"]
    if identity:
        command += ["-cert", str(identity[0]), "-key", str(identity[1])]
    done = subprocess.run(
        command,
        input="",
        capture_output=True,
        text=True,
        env=fixtures.client_environment,
        timeout=20,
        check=False,
    )
    words = {}
    for line in (done.stdout + done.stderr).splitlines():
        key, _, value = line.partition(":")
        if key in ("Protocol version", "Ciphersuite", "Server Temp Key", "Signature type"):
            words[key] = value.strip()
    if len(words) < 4:
        raise Problem(f"openssl s_client could not connect to port {port}: {done.stderr.strip()}")
    return words


def require_same_terms(fixtures, ours, peer, *identity):
    """Refuses to compare two servers that do not speak alike."""
    terms = agreed(fixtures, ours, *identity), agreed(fixtures, peer, *identity)
    if terms[0] != terms[1]:
        raise Problem(f"the two servers agreed on different terms: {terms[0]} and {terms[1]}")
    return terms[0]
