"""Full TLS 1.3 handshakes with a client certificate, beside nginx with `ssl_verify_client`."""

import clients
import rounds


def measure(setting, fixtures):
    """No session is resumed; the client's P-256 certificate is one that the mock issued."""
    mock = fixtures.mock()
    certificate, key, ca = fixtures.client_identity(mock)
    nginx = fixtures.nginx(mock.me(), ca)
    identity = (certificate, key)
    terms = clients.require_same_terms(
        fixtures, mock.clientauth_port, nginx.clientauth_port, *identity
    )

    def load(port):
        return lambda _, seconds: clients.handshakes(setting, fixtures, port, seconds, identity)

    sides = [
        rounds.Side("ours", mock, load(mock.clientauth_port)),
        rounds.Side("nginx", nginx, load(nginx.clientauth_port)),
    ]
    what = "full mTLS handshakes"
    rounds.interleave(what, setting, sides)
    row = rounds.row("handshakes", what, *sides, reach=0.8, aim=1.0)
    row["detail"]["agreed"] = terms
    return [row]
