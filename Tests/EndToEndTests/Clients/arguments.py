"""What the Python clients share: their arguments and the way to an address."""

import socket
import sys


class Arguments:
    """`name=value` arguments, as every client of these tests takes them."""

    def __init__(self, words):
        self.values = dict(word.split("=", 1) for word in words)

    def __getattr__(self, name):
        return self.values.get(name)


def read():
    """Reads the command line, and leads every name to `connect=HOST:PORT` when that is given."""
    arguments = Arguments(sys.argv[1:])
    if arguments.connect:
        lead_names_to(arguments.connect)
    return arguments


def lead_names_to(address):
    """Makes every host name mean one address: the vendor's hosts are to mean the mock."""
    host, port = address.rsplit(":", 1)
    look_up = socket.getaddrinfo

    def patched(_host, _port, *rest, **options):
        return look_up(host.strip("[]"), int(port), *rest, **options)

    socket.getaddrinfo = patched
