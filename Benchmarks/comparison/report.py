"""What is printed and what is written."""

import datetime
import json
import subprocess
import sys
from pathlib import Path

import machine

ROOT = Path(__file__).resolve().parent.parent.parent
COLUMNS = ["what", "ours", "peer", "ratio", "reach", "aim", "verdict"]
MISSES, REACHES, AIMS = "misses reach", "reaches", "reaches aim"

CONDITIONS = [
    "One server at a time under load; servers on one core, load generators on the other; rounds "
    "interleaved, their order alternating; the median of the rounds' ratios (least–greatest).",
    "TLS 1.3, TLS_AES_128_GCM_SHA256, X25519, P-256 server certificate with one intermediate, one "
    "session ticket: the same for both, and checked before each comparison.",
    "Ours: serve's defaults, state in a folder, SQLite store, access log at level info to a file, "
    "x-request-id and the mock's other headers on.",
    "nginx: one worker, access log (combined, buffered 64 KiB) to a file, open_file_cache on, the "
    "very bytes that the mock answered with as a static file, no limit on kept requests.",
    "/user/me: 16 kept connections, wrk for HTTP/1.1 and h2load for HTTP/2, both with x-api-key.",
    "Lists: 16 kept connections, wrk, pages of 100; the same server answers both sides.",
    "Service users: 16 kept connections, wrk; each with a new name, its token's digest stored and "
    "an audit entry committed before the answer leaves.",
    "Issuance: 16 kept connections, 64 distinct RSA-2048 CSRs in turn. Ours over TLS, a new name "
    "each time, stored and audited in one transaction; cfssl over plain HTTP with its default log, "
    "and it stores nothing.",
    "Handshakes: 16 at a time, none resumed, counted when the server's ticket arrives; P-256 "
    "client certificate issued by the mock; nginx with ssl_verify_client on and the mock's CA.",
    "Memory: VmRSS of all of a server's processes; each held connection has had one answer.",
]


def say(words):
    """A line of progress, apart from the result."""
    print(f"Benchmarks/run: {words}", file=sys.stderr, flush=True)


def verdict(reaches, aims):
    """The verdict in words."""
    if not reaches:
        return MISSES
    return AIMS if aims else REACHES


def table(rows):
    """The rows under their headings, each column as wide as it must be."""
    cells = [COLUMNS] + [[row[column] for column in COLUMNS] for row in rows]
    widths = [max(len(line[index]) for line in cells) for index in range(len(COLUMNS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(line, widths)) for line in cells]
    lines.insert(1, "  ".join("-" * width for width in widths))
    return "\n".join(line.rstrip() for line in lines)


def markdown(setting, rows, problems, about, time):
    """The same for docs/performance.md, between the marks that stand there."""
    lines = [f"Measured {time:%Y-%m-%d} at commit {commit()}, rounds of {setting.seconds:g} s."]
    if any("DISTURBED" in note for row in rows for note in row["notes"]):
        lines += ["", "**The machine did other work meanwhile:** see the rows marked DISTURBED."]
    lines += ["", "| " + " | ".join(COLUMNS) + " |", "|" + "---|" * len(COLUMNS)]
    lines += ["| " + " | ".join(row[column] for column in COLUMNS) + " |" for row in rows]
    lines += ["", "Beside the rows:", ""]
    lines += [f"* {row['what']}: {note}." for row in rows for note in row["notes"]]
    lines += ["* " + problem for problem in problems]
    lines += ["", "| machine | |", "|---|---|"]
    lines += [f"| {key} | {value} |" for key, value in about.items()]
    return "\n".join(lines)


def write_document(text):
    """Replaces what stands between the marks of docs/performance.md."""
    path = ROOT / "docs" / "performance.md"
    before, begin, rest = path.read_text("utf-8").partition("<!-- results -->\n")
    _, end, after = rest.partition("<!-- end of results -->\n")
    if not begin or not end:
        raise SystemExit("docs/performance.md has lost the marks around its results.")
    path.write_text(f"{before}{begin}\n{text}\n\n{end}{after}", "utf-8")


def commit():
    """Which state of the sources was measured."""
    done = subprocess.run(
        ["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=12"],
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip() or "unknown"


def finish(setting, rows, problems):
    """Prints the table and the notes, and writes everything as JSON."""
    about = machine.description(setting)
    if rows:
        print(table(rows))
        print()
        for row in rows:
            for note in row["notes"]:
                print(f"{row['what']}: {note}.")
        print()
    print("Machine: " + "; ".join(f"{key} {value}" for key, value in about.items()))
    for condition in CONDITIONS:
        print("* " + condition)
    for problem in problems:
        print(problem)
    time = datetime.datetime.now(datetime.timezone.utc)
    folder = ROOT / "Benchmarks" / "results"
    folder.mkdir(exist_ok=True)
    path = folder / (time.strftime("%Y-%m-%dT%H%M%SZ") + ".json")
    result = {
        "date": time.isoformat(timespec="seconds"),
        "commit": commit(),
        "machine": about,
        "rounds": setting.rounds,
        "seconds": setting.seconds,
        "conditions": CONDITIONS,
        "rows": rows,
        "problems": problems,
    }
    path.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", "utf-8")
    print(f"Written: {path.relative_to(ROOT)}")
    if setting.is_for_document:
        write_document(markdown(setting, rows, problems, about, time))
        print("Written: docs/performance.md")
