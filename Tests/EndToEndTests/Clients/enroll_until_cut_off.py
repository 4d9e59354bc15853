"""Enrolls one certificate after the other until the server is gone, over one connection.

Arguments: url= ca= key= csr=FILE prefix=
Prints the id of every certificate whose answer had arrived whole.
"""

import http.client
import json
import ssl
import sys
import urllib.parse

import arguments


def main():
    wanted = arguments.read()
    with open(wanted.csr, encoding="ascii") as file:
        csr = file.read()
    parts = urllib.parse.urlsplit(wanted.url)
    connection = http.client.HTTPSConnection(
        parts.hostname,
        parts.port,
        context=ssl.create_default_context(cafile=wanted.ca),
        timeout=20,
    )
    headers = {"x-api-key": wanted.key, "Content-Type": "application/json"}
    for number in range(100_000):
        body = json.dumps({"csr": csr, "name": f"{wanted.prefix} {number}"})
        try:
            connection.request(
                "POST", "/account/api/v1/client-auth-certificate", body, headers
            )
            response = connection.getresponse()
            answer = json.loads(response.read())
        except (OSError, http.client.HTTPException, ValueError):
            return
        if response.status != 201:
            sys.exit(f"{response.status}: {answer}")
        print(answer["id"], flush=True)


main()
