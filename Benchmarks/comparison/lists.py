"""Pages of long lists: the last page must cost what the first one does."""

import json

import rounds
from clients import wrk
from fixtures import ADMIN_TOKEN, CERTIFICATES, TOKEN, USERS
from processes import Problem

COUNT = 10_000
LIMIT = 100


def _measure(setting, fixtures, mock, name, path, token):
    """A row: the last page beside the first one, of the same server."""

    def page(offset):
        return f"{path}?offset={offset}&limit={LIMIT}"

    last = COUNT - LIMIT
    for offset, expected in [(0, LIMIT), (last, LIMIT), (last + 1, LIMIT - 1), (COUNT, 0)]:
        status, body = mock.call("GET", page(offset), token=token)
        found = len(json.loads(body)) if status == 200 else body[:200]
        if found != expected:
            raise Problem(f"GET {page(offset)} answered {status} with {found}, not {expected}.")

    def load(offset):
        url = f"https://localhost:{mock.api_port}{page(offset)}"
        return lambda _, seconds: wrk(setting, fixtures, url, seconds, [f"x-api-key: {token}"])

    what = f"last page of {COUNT:,} {name}"
    sides = [
        rounds.Side("last page", mock, load(last)),
        rounds.Side("first page", mock, load(0)),
    ]
    rounds.interleave(what, setting, sides)
    return rounds.row(f"list-{name}", what, *sides, reach=0.8, aim=0.95)


def measure(setting, fixtures):
    """Users and certificates, a hundred to a page."""
    mock = fixtures.mock("lists", *fixtures.long_lists(COUNT))
    return [
        _measure(setting, fixtures, mock, "users", USERS, ADMIN_TOKEN),
        _measure(setting, fixtures, mock, "certificates", CERTIFICATES, TOKEN),
    ]
