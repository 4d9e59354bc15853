"""Sends malformed requests by the thousand, each on the bytes' own level.

Arguments: url=https://HOST:PORT ca= count= seed=
Prints how many got which status ("closed" where the server hung up without one) and exits with 1
when one got a 5xx other than 501 and 505 (RFC 9110 §15.6.2, §15.6.6), or none within its time.
"""

import collections
import random
import socket
import ssl
import sys
import urllib.parse

import arguments

GET = b"GET /account/api/v1/user/me HTTP/1.1\r\nHost: localhost\r\nx-api-key: SERVICE_USER_TOKEN\r\n"
POST = (
    b"POST /account/api/v1/client-auth-certificate HTTP/1.1\r\nHost: localhost\r\n"
    b"x-api-key: SERVICE_USER_TOKEN\r\nContent-Type: application/json\r\n"
)
PUT = POST.replace(b"POST", b"PUT").replace(b"certificate ", b"certificate/1/enable ")

# Requests that each break one rule of RFC 9112 or of the API's bodies.
BROKEN = [
    b"\r\n",
    b"GET\r\n\r\n",
    b"GET / HTTP/1.1\r\n\r\n",
    b"GET / HTTP/9.9\r\nHost: a\r\n\r\n",
    b"GET / HTTP/2.0\r\nHost: a\r\n\r\n",
    b"GET /\r\n\r\n",
    b"get / http/1.1\r\nHost: a\r\n\r\n",
    b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET / HTTP/1.1\nHost: a\n\n",
    b"G\x00T / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /\x00 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /%zz HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /%00 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET //account/api/v1/user/me HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET /../../etc/passwd HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET http://[::1 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"GET * HTTP/1.1\r\nHost: a\r\n\r\n",
    b"CONNECT a:443 HTTP/1.1\r\nHost: a\r\n\r\n",
    b"TRACE / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"BREW / HTTP/1.1\r\nHost: a\r\n\r\n",
    b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    b"OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n",
    GET + b"Host: b\r\n\r\n",
    GET + b"No colon\r\n\r\n",
    GET + b"Space : x\r\n\r\n",
    GET + b": empty\r\n\r\n",
    GET + b" folded: x\r\n\r\n",
    GET + b"A: b\r\n c\r\n\r\n",
    GET + b"A: b\rc\r\n\r\n",
    GET + b"A: \x00\r\n\r\n",
    GET + b"A: \xff\xfe\r\n\r\n",
    GET + b"A: " + b"x" * 200_000 + b"\r\n\r\n",
    GET + b"A: x\r\n" * 2_000 + b"\r\n",
    GET + b"Content-Length: -1\r\n\r\n",
    GET + b"Content-Length: 99999999999999999999999\r\n\r\n",
    GET + b"Content-Length: 1e3\r\n\r\n",
    GET + b"Content-Length: 0x10\r\n\r\n",
    GET + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab",
    GET + b"Content-Length: 3, 4\r\n\r\nabcd",
    GET + b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    GET + b"Transfer-Encoding: gzip\r\n\r\n",
    GET + b"Transfer-Encoding: chunked, gzip\r\n\r\n",
    GET + b"Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    GET + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n\r\n",
    GET + b"Transfer-Encoding: chunked\r\n\r\n-1\r\n\r\n",
    GET + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n\r\n",
    GET + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcdef\r\n0\r\n\r\n",
    GET + b"Transfer-Encoding: chunked\r\n\r\n3;" + b"x" * 100_000 + b"\r\nabc\r\n0\r\n\r\n",
    GET + b"Transfer-Encoding: chunked\r\n\r\n0\r\nTrailer : x\r\n\r\n",
    GET + b"Expect: 200-maybe\r\n\r\n",
    GET + b"Upgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: !!\r\n\r\n",
    b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    b"A" * 100_000,
    b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\x00" * 100,
    bytes(range(256)) * 16,
]

BODIES = [
    b"",
    b"{",
    b"[]",
    b"null",
    b"1e999",
    b"nan",
    b'"text"',
    b"{}",
    b'{"csr": 1, "name": "a"}',
    b'{"csr": null, "name": null}',
    b'{"csr": "", "name": ""}',
    b'{"csr": "\\ud800", "name": "\\udc00"}',
    b'{"csr": "\xff", "name": "\xfe"}',
    b'{"csr": "-----BEGIN CERTIFICATE REQUEST-----\\n", "name": "x"}',
    b'{"csr": "-----BEGIN CERTIFICATE REQUEST-----\\nAAAA\\n-----END CERTIFICATE REQUEST-----\\n",'
    b' "name": "x"}',
    b'{"csr": "x", "csr": "y", "name": "x"}',
    b'{"csr": "' + b"A" * 500_000 + b'", "name": "x"}',
    b'{"name": "' + b"n" * 100_000 + b'", "csr": "x"}',
    b'{"csr": "x", "name": "x", "expiration_date": "9999-99-99T99:99:99Z"}',
    b'{"csr": "x", "name": "x", "expiration_date": -1}',
    b'{"enabled": "yes"}',
    b'{"enabled": 1}',
    b'{"enabled": null}',
    b"[" * 100_000,
    b'{"a":' * 50_000,
    b"\xef\xbb\xbf{}",
    b"\x00" * 1000,
    b"<xml/>",
]


def with_body(head, body):
    return head + b"Content-Length: %d\r\n\r\n" % len(body) + body


def mutated(request, chance):
    """The request with a few bytes changed, dropped, doubled or moved."""
    changed = bytearray(request[:4000])
    for _ in range(chance.randint(1, 6)):
        if not changed:
            break
        at = chance.randrange(len(changed))
        kind = chance.randrange(5)
        if kind == 0:
            changed[at] = chance.randrange(256)
        elif kind == 1:
            del changed[at : at + chance.randint(1, 20)]
        elif kind == 2:
            changed[at:at] = changed[at : at + chance.randint(1, 40)]
        elif kind == 3:
            changed[at:at] = chance.choice([b"\r", b"\n", b"\r\n", b"\x00", b" ", b":", b"\xff"])
        else:
            del changed[at:]
    return bytes(changed)


def requests(count, seed):
    chance = random.Random(seed)
    whole = [GET + b"\r\n"]
    whole += [with_body(head, body) for head in (POST, PUT) for body in BODIES]
    yield from BROKEN
    yield from whole[1:]
    for _ in range(count - len(BROKEN) - len(whole) + 1):
        yield mutated(chance.choice(whole + BROKEN), chance)


def exchange(context, host, port, request):
    """Sends the bytes, closes the sending side, and returns every status that came back."""
    answer = bytearray()
    try:
        with socket.create_connection((host, port), timeout=20) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as secure:
                try:
                    secure.sendall(request)
                    # The end of the request, for a server that waits for the rest of it.
                    socket.socket.shutdown(secure, socket.SHUT_WR)
                except OSError:
                    pass
                while part := secure.recv(65536):
                    answer += part
    except TimeoutError:
        return ["no answer in time"]
    except OSError:
        pass
    statuses = []
    for line in bytes(answer).split(b"\r\n"):
        if line.startswith(b"HTTP/1.1 ") and line[9:12].isdigit():
            statuses.append(int(line[9:12]))
    return statuses or ["closed"]


def is_wrong(status):
    if isinstance(status, str):
        return status != "closed"
    return status >= 500 and status not in (501, 505)


def main():
    wanted = arguments.read()
    parts = urllib.parse.urlsplit(wanted.url)
    context = ssl.create_default_context(cafile=wanted.ca)
    seen = collections.Counter()
    wrong = 0
    for request in requests(int(wanted.count), int(wanted.seed)):
        for status in exchange(context, parts.hostname, parts.port, request):
            seen[str(status)] += 1
            if is_wrong(status):
                wrong += 1
                print(status, request[:300], file=sys.stderr)
    print(dict(sorted(seen.items())))
    sys.exit(1 if wrong else 0)


main()
