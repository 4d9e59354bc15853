"""Sends broken HTTP/2 frames by the thousand, each on a connection of its own.

Arguments: url=https://HOST:PORT ca= count= seed=
Prints how many connections ended how, and exits with 1 when one neither ended nor answered within
its time.
"""

import collections
import random
import socket
import ssl
import struct
import sys
import urllib.parse

import arguments

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
KINDS = range(0, 12)


def frame(kind, flags, stream, payload, length=None):
    size = len(payload) if length is None else length
    return struct.pack(">I", size)[1:] + struct.pack(">BBI", kind, flags, stream) + payload


SETTINGS = frame(4, 0, 0, b"")
# GET https / with `:authority: localhost`, from the static table (RFC 7541, appendix A).
HEADERS = b"\x82\x87\x84\x41\x09localhost"

BROKEN = [
    b"",
    b"GET / HTTP/1.1\r\n\r\n",
    PREFACE[:-2],
    PREFACE + frame(6, 0, 0, b"short"),
    PREFACE + SETTINGS + frame(1, 4, 0, HEADERS),
    PREFACE + SETTINGS + frame(1, 5, 2, HEADERS),
    PREFACE + SETTINGS + frame(1, 5, 1, b"\xff" * 40),
    PREFACE + SETTINGS + frame(1, 5, 1, b"\x82\x87"),
    PREFACE + SETTINGS + frame(1, 5, 1, HEADERS + b"\x40\x0aConnection\x05close"),
    PREFACE + SETTINGS + frame(1, 1, 1, HEADERS) + frame(0, 1, 1, b"x"),
    PREFACE + SETTINGS + frame(0, 1, 1, b"x"),
    PREFACE + SETTINGS + frame(9, 4, 1, HEADERS),
    PREFACE + SETTINGS + frame(8, 0, 0, struct.pack(">I", 0)),
    PREFACE + SETTINGS + frame(8, 0, 0, struct.pack(">I", 0x7FFFFFFF)) * 2,
    PREFACE + SETTINGS + frame(4, 0, 0, b"\x00\x04\xff\xff\xff\xff"),
    PREFACE + SETTINGS + frame(4, 1, 0, b"x"),
    PREFACE + SETTINGS + frame(3, 0, 1, struct.pack(">I", 8)),
    PREFACE + SETTINGS + frame(5, 4, 1, b"\x00\x00\x00\x02" + HEADERS),
    PREFACE + SETTINGS + frame(2, 0, 1, b"x"),
    PREFACE + SETTINGS + frame(0, 0, 1, b"", length=0xFFFFFF),
    PREFACE + SETTINGS + frame(1, 4, 1, HEADERS) + frame(0, 9, 1, b"\xff"),
    PREFACE + SETTINGS * 3000,
    PREFACE + SETTINGS + frame(6, 0, 0, b"12345678") * 3000,
    PREFACE
    + SETTINGS
    + b"".join(
        frame(1, 5, stream, HEADERS) + frame(3, 0, stream, struct.pack(">I", 8))
        for stream in range(1, 4001, 2)
    ),
    PREFACE + SETTINGS + frame(1, 1, 1, HEADERS) + frame(9, 0, 1, b"\x00" * 16000) * 100,
]


def noise(chance):
    frames = [PREFACE, SETTINGS]
    for _ in range(chance.randint(1, 12)):
        payload = chance.choice([HEADERS, b"", chance.randbytes(chance.randint(0, 60))])
        frames.append(
            frame(
                chance.choice(KINDS),
                chance.choice([0, 1, 4, 5, 8, 0x20, 0xFF]),
                chance.choice([0, 1, 1, 3, 5, 2, 0x7FFFFFFF]),
                payload,
                chance.choice([None] * 8 + [0, 5, 20000]),
            )
        )
    return b"".join(frames)


def sent(count, seed):
    chance = random.Random(seed)
    yield from BROKEN
    for _ in range(count - len(BROKEN)):
        yield noise(chance)


def exchange(context, host, port, data):
    received = bytearray()
    try:
        with socket.create_connection((host, port), timeout=20) as plain:
            with context.wrap_socket(plain, server_hostname="localhost") as secure:
                try:
                    secure.sendall(data)
                    socket.socket.shutdown(secure, socket.SHUT_WR)
                except OSError:
                    pass
                while part := secure.recv(65536):
                    received += part
    except TimeoutError:
        return "no end in time"
    except OSError:
        return "reset"
    return "closed after frames" if received else "closed"


def main():
    wanted = arguments.read()
    parts = urllib.parse.urlsplit(wanted.url)
    context = ssl.create_default_context(cafile=wanted.ca)
    context.set_alpn_protocols(["h2"])
    seen = collections.Counter(
        exchange(context, parts.hostname, parts.port, data)
        for data in sent(int(wanted.count), int(wanted.seed))
    )
    print(dict(seen))
    sys.exit(1 if seen["no end in time"] else 0)


main()
