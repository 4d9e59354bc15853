"""Measures the mock beside its peers in one run; started by Benchmarks/run."""

import argparse
import contextlib
import signal
import sys
import tempfile
from pathlib import Path

import handshakes
import issuance
import lists
import machine
import memory
import processes
import profile_of_server
import report
import service_users
import size
import start
import user_me
import worlds
from fixtures import Fixtures
from setting import Setting

# What can be measured, in the order of the table.
MEASUREMENTS = {
    "me-http1": user_me.http1,
    "me-http2": user_me.http2,
    "issuance": issuance.measure,
    "lists": lists.measure,
    "service-users": service_users.measure,
    "handshakes": handshakes.measure,
    "start": start.measure,
    "memory": memory.measure,
    "worlds": worlds.measure,
    "size": size.measure,
}


def arguments():
    parser = argparse.ArgumentParser(
        prog="Benchmarks/run",
        description="Compares the mock with nginx and cfssl on this machine, in one run.",
    )
    parser.add_argument(
        "--only",
        action="append",
        choices=list(MEASUREMENTS),
        metavar="NAME",
        help="measure only this; may be given several times: " + ", ".join(MEASUREMENTS),
    )
    parser.add_argument("--quick", action="store_true", help="three rounds of two seconds")
    parser.add_argument("--rounds", type=int, metavar="N", help="rounds of each pair (default 7)")
    parser.add_argument(
        "--seconds", type=float, metavar="S", help="seconds of one side of a round (default 4)"
    )
    parser.add_argument(
        "--connections", type=int, default=10_000, metavar="N", help="idle ones, for memory"
    )
    parser.add_argument(
        "--document",
        action="store_true",
        help="also put the result into docs/performance.md, for a release",
    )
    parser.add_argument(
        "--profile",
        action="store_true",
        help="compare nothing: sample the mock under load and print where its time goes",
    )
    parser.add_argument("--binary", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--tls-load", type=Path, help=argparse.SUPPRESS)
    return parser.parse_args()


def main():
    given = arguments()
    if given.binary is None:
        sys.exit("Start Benchmarks/run instead: it builds what this needs.")
    # Each of them ends this program by way of the clean-up, even where a shell had it ignored.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda received, _: sys.exit(128 + received))
    server_core, load_core = machine.two_cores()
    with contextlib.ExitStack() as stack:
        work = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="mock-benchmark-")))
        stack.callback(processes.stop_all)
        setting = Setting(
            work=work,
            binary=given.binary.resolve(),
            tls_load=given.tls_load,
            server_core=server_core,
            load_core=load_core,
            rounds=given.rounds or (3 if given.quick else 7),
            seconds=given.seconds or (2.0 if given.quick else 4.0),
            starts=10 if given.quick else 50,
            connections=given.connections,
            is_for_document=given.document,
        )
        machine.pin_to(load_core)
        fixtures = Fixtures(setting)
        if given.profile:
            profile_of_server.measure(setting, fixtures)
            return 0
        rows, problems = [], []
        for name in given.only or MEASUREMENTS:
            try:
                rows += MEASUREMENTS[name](setting, fixtures)
            except processes.Problem as problem:
                problems.append(f"{name}: not measured. {problem}")
                report.say(problems[-1])
            finally:
                processes.stop_all()
        report.finish(setting, rows, problems)
        return 1 if problems else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except processes.Problem as problem:
        sys.exit(f"Benchmarks/run: {problem}")
