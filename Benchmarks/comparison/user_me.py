"""`GET /account/api/v1/user/me` beside nginx that serves the same bytes."""

import clients
import rounds
from fixtures import ME, TOKEN

HEADERS = [f"x-api-key: {TOKEN}"]


def _measure(setting, fixtures, name, what, load):
    mock = fixtures.mock()
    body = mock.me()
    nginx = fixtures.nginx(body, None)
    terms = clients.require_same_terms(fixtures, mock.api_port, nginx.port)
    sides = [
        rounds.Side("ours", mock, lambda _, s: load(f"https://localhost:{mock.api_port}{ME}", s)),
        rounds.Side("nginx", nginx, lambda _, s: load(f"https://localhost:{nginx.port}{ME}", s)),
    ]
    rounds.interleave(what, setting, sides)
    if mock.me() != body:
        raise clients.Problem("the mock's /user/me changed while it was measured.")
    row = rounds.row(name, what, *sides, reach=0.6, aim=1.0)
    row["detail"]["body bytes"] = len(body)
    row["detail"]["agreed"] = terms
    return row


def http1(setting, fixtures):
    """Sixteen kept connections, one request at a time on each."""

    def load(url, seconds):
        return clients.wrk(setting, fixtures, url, seconds, HEADERS)

    return [_measure(setting, fixtures, "me-http1", "/user/me, HTTP/1.1", load)]


def http2(setting, fixtures):
    """The same over HTTP/2, with one and with eight streams at a time on each connection."""
    from processes import stop_all

    rows = []
    for streams in (1, 8):

        def load(url, seconds, streams=streams):
            return clients.h2load(setting, fixtures, url, seconds, streams, HEADERS)

        words = f"/user/me, HTTP/2, {streams} stream" + ("s" if streams > 1 else "")
        rows.append(_measure(setting, fixtures, f"me-http2-{streams}", words, load))
        stop_all()
    return rows
