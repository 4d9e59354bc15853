"""CSR to certificate, stored and audited, beside cfssl and beside the bare signature."""

import re
import sqlite3
import statistics

import clients
import processes
import report
import rounds
from fixtures import CERTIFICATES, TOKEN

REACH_OF_CFSSL = 1.5
AIM_OF_SIGNATURE = 0.65


def signatures(setting):
    """RSA-2048 signatures per second on the server's core, by openssl's own measurement."""
    text = processes.run(["openssl", "speed", "-seconds", "1", "rsa2048"], setting.server_core)
    found = re.search(r"rsa 2048 bits.*\s([\d.]+)\s+[\d.]+\s*$", text, re.MULTILINE)
    if not found:
        raise processes.Problem(f"openssl speed printed something unexpected: {text[-300:]}")
    return float(found.group(1))


def measure(setting, fixtures):
    """Both servers get the same CSRs; ours gets a new name with each."""
    csrs = fixtures.csrs()
    cfssl = fixtures.cfssl()
    mock = fixtures.mock("issuing")
    # The first issuance waits for the CA's key, which is not what is measured here.
    mock.issue(fixtures.first_csr(), "first")
    issued = [1]

    def load_mock(number, seconds):
        url = f"https://localhost:{mock.api_port}"
        script = ("issue.lua", "mock", CERTIFICATES, f"round-{number}", csrs, TOKEN)
        rate = clients.wrk(setting, fixtures, url, seconds, script=script)
        issued[0] += int(rate * seconds * 0.95)
        return rate

    def load_cfssl(_, seconds):
        script = ("issue.lua", "cfssl", "/api/v1/cfssl/sign", "", csrs)
        url = f"http://127.0.0.1:{cfssl.port}"
        return clients.wrk(setting, fixtures, url, seconds, script=script)

    bare = []
    sides = [rounds.Side("ours", mock, load_mock), rounds.Side("cfssl", cfssl, load_cfssl)]
    words = "CSR → certificate, RSA-2048 CA"
    rounds.interleave(words, setting, sides, between=lambda: bare.append(signatures(setting)))
    mock.stop()
    stored = stored_certificates(mock.state)
    if stored < issued[0]:
        raise processes.Problem(f"{issued[0]} certificates were issued, but {stored} are stored.")

    row = rounds.row("issuance", words, *sides, reach=REACH_OF_CFSSL, aim=0)
    # openssl counts processor time, so that it is compared with what the other ratio is of.
    is_of_rates = row["detail"]["ratio of"] == "rates"
    own = sides[0].rates if is_of_rates else sides[0].per_core()
    of_bare = rounds.Ratios([rate / signature for rate, signature in zip(own, bare)])
    aims = of_bare.median >= AIM_OF_SIGNATURE
    row["aim"] = f"≥ {AIM_OF_SIGNATURE} × signature"
    row["verdict"] = report.verdict(row["verdict"] != report.MISSES, aims)
    row["notes"].append(f"in the store after it: {stored:,} certificates with audit entries")
    row["notes"].append(
        f"of the bare signature rate, {statistics.median(bare):,.0f}/s on the same core: "
        + of_bare.words()
    )
    row["detail"]["signatures"] = bare
    row["detail"]["ratios to the signature rate"] = of_bare.values
    return [row]


def stored_certificates(state):
    """How many certificates the store holds, each of them with an entry in the audit log."""
    counts = []
    for path in sorted(state.rglob("*")):
        if not path.is_file() or path.read_bytes()[:15] != b"SQLite format 3":
            continue
        connection = sqlite3.connect(path)
        for table in ("client_auth_certificate", "audit_entry"):
            counts.append(connection.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
        connection.close()
    return min(counts, default=0)
