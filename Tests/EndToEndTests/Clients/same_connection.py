"""Disables and re-enables a certificate while its own connection stays open.

Arguments: api=URL clientauth=URL ca= key= id= certificate=PEM private_key=PEM
Prints the status of `/user/me` on the one connection before, between and after, and, at the end,
on how many connections they came.
"""

import http.client
import json
import ssl
import urllib.parse

import arguments

PATH = "/account/api/v1/user/me"


class Counted(http.client.HTTPSConnection):
    """Counts how often it had to connect."""

    connects = 0

    def connect(self):
        self.connects += 1
        super().connect()


def connection(url, context):
    parts = urllib.parse.urlsplit(url)
    return Counted(parts.hostname, parts.port, context=context, timeout=20)


def status(open_connection, method, path, body=None, headers=None):
    open_connection.request(method, path, body, headers or {})
    response = open_connection.getresponse()
    response.read()
    return response.status


def main():
    wanted = arguments.read()
    plain = ssl.create_default_context(cafile=wanted.ca)
    mutual = ssl.create_default_context(cafile=wanted.ca)
    mutual.load_cert_chain(wanted.certificate, wanted.private_key)
    gate = connection(wanted.clientauth, mutual)
    api = connection(wanted.api, plain)

    def enable(flag):
        path = f"/account/api/v1/client-auth-certificate/{wanted.id}/enable"
        headers = {"x-api-key": wanted.key, "Content-Type": "application/json"}
        assert status(api, "PUT", path, json.dumps({"enabled": flag}), headers) == 200

    print(status(gate, "GET", PATH))
    for flag in (False, True, False, True):
        enable(flag)
        print(status(gate, "GET", PATH))
    print("connections:", gate.connects)


main()
