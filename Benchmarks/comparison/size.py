"""The program's size, stripped."""

import processes
import report

REACH, AIM = 25, 18


def measure(setting, _):
    """What `strip` leaves of the release binary."""
    stripped = setting.work / "stripped"
    processes.run(["strip", "-o", stripped, setting.binary], setting.load_core)
    megabytes = stripped.stat().st_size / 1e6
    return [
        {
            "name": "size",
            "what": "stripped program",
            "ours": f"{megabytes:.1f} MB",
            "peer": "–",
            "ratio": "–",
            "reach": f"≤ {REACH} MB",
            "aim": f"≤ {AIM} MB",
            "verdict": report.verdict(megabytes <= REACH, megabytes <= AIM),
            "detail": {"bytes": stripped.stat().st_size, "linked": setting.binary.stat().st_size},
            "notes": ["millions of bytes; OpenSSL, SQLite and nghttp2 are shared libraries"],
        }
    ]
