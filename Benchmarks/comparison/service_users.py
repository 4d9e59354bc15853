"""`POST /account/api/v1/user`: service users with their tokens, stored and audited."""

import sqlite3
import statistics

import clients
import report
import rounds
from fixtures import ACCOUNT, ADMIN_TOKEN, USERS
from processes import Problem

REACH_PER_SECOND = 2000
AIM_PER_SECOND = 3000


def measure(setting, fixtures):
    """Sixteen kept connections, a new name with each request."""
    mock = fixtures.mock("creating")
    made = [0]

    def load(number, seconds):
        url = f"https://localhost:{mock.api_port}"
        script = ("create-user.lua", USERS, f"round-{number}", ACCOUNT, ADMIN_TOKEN)
        rate = clients.wrk(setting, fixtures, url, seconds, script=script)
        made[0] += int(rate * seconds * 0.95)
        return rate

    words = "service user with token"
    side = rounds.Side("ours", mock, load)
    rounds.interleave(words, setting, [side])
    mock.stop()
    stored = _stored_users(mock.state)
    if stored < made[0]:
        raise Problem(f"{made[0]} service users were made, but {stored} are stored.")
    per_core = statistics.median(side.per_core())
    foreign = statistics.median(side.foreign)
    notes = [
        f"server's core busy: {side.share():.0%}; {per_core:,.0f} per second of the server's core",
        f"in the store after it: {stored:,} service users, each with its token and audit entries",
    ]
    if foreign > rounds.DISTURBED:
        notes.append(f"DISTURBED: something else used {foreign:.0%} of the server's core meanwhile")
    reaches = per_core >= REACH_PER_SECOND
    return [
        {
            "name": "service-users",
            "what": words,
            "ours": f"{side.rate():,.0f}/s",
            "peer": "–",
            "ratio": f"{per_core:,.0f} per core-second",
            "reach": f"≥ {REACH_PER_SECOND:,}/s",
            "aim": f"≥ {AIM_PER_SECOND:,}/s",
            "verdict": report.verdict(reaches, per_core >= AIM_PER_SECOND),
            "detail": {"ours": side.figures()},
            "notes": notes,
        }
    ]


def _stored_users(state):
    """How many service users the store holds that have a token and an entry in the audit log."""
    connection = sqlite3.connect(state / "worlds" / "default.sqlite")
    count = connection.execute(
        """
        SELECT count(*) FROM user AS u WHERE u.user_type = 'service'
            AND EXISTS (SELECT 1 FROM api_access_token AS t WHERE t.user_id = u.id)
            AND EXISTS (SELECT 1 FROM audit_entry AS e WHERE e.resource_id = u.id)
        """
    ).fetchone()[0]
    connection.close()
    return count
