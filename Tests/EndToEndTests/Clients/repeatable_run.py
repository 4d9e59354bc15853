"""One sequence of requests, always the same, each on a connection of its own.

Arguments: api=URL control=URL ca= csr=
Prints a line of JSON for each answer, status and fields and body, without what is documented to
differ between two runs of one seed; the last line lists everything that the server drew by chance.
"""

import json

import requests

import arguments

BASE = "/account/api/v1"

# docs/repeatable-runs.md tells why.
DIFFERING_FIELDS = {"x-request-id"}

# The members of answers that chance decides.
DRAWN = {"id", "token", "serial_number", "x509_cert", "ca_cert", "pkcs12", "password"}


class Run:
    def __init__(self, given):
        self.given = given
        self.drawn = []

    def ask(self, method, path, url=None, key="ADMIN_API_TOKEN", **options):
        headers = {"x-api-key": key, "connection": "close"}
        url = (url or self.given.api + BASE) + path
        answer = requests.request(
            method, url, headers=headers, verify=self.given.ca, timeout=60, **options
        )
        fields = {
            name.lower(): value
            for name, value in answer.headers.items()
            if name.lower() not in DIFFERING_FIELDS
        }
        line = [method, path, answer.status_code, sorted(fields.items()), answer.text]
        print(json.dumps(line))
        return answer

    def make(self, path, **members):
        made = self.ask("POST", path, json=members).json()
        self.collect(made)
        return made

    def collect(self, value):
        if isinstance(value, dict):
            for name, member in value.items():
                if name in DRAWN and isinstance(member, str):
                    self.drawn.append(member)


def main():
    given = arguments.read()
    with open(given.csr, encoding="ascii") as file:
        csr = file.read()
    run = Run(given)
    run.ask("GET", "/user/me", key="SERVICE_USER_TOKEN")
    # The first certificate waits for the CA's key.
    first = run.make("/client-auth-certificate", csr=csr, name="first")
    run.make("/client-auth-certificate", csr=csr, name="second")
    run.make("/client-auth-certificate", csr=csr, name="second")  # refused
    run.make("/client-auth-certificate", csr=csr, name="third")
    for encryption in ["AES", "3DES"]:
        path = "/client-auth-certificate/pkcs12"
        run.make(path, name=encryption, encryption=encryption)
    path = f"/client-auth-certificate/{first['id']}"
    run.ask("PUT", f"{path}/enable", json={"enabled": False})
    account = run.ask("GET", "/account").json()[0]
    user = run.make(
        "/user",
        user_type="service",
        friendly_name="Made by a test",
        accounts=[account["id"]],
        roles=["AM_DEFAULT_USER"],
    )
    run.make("/api-access-token", name="another", user_id=user["id"])
    run.ask("GET", "/client-auth-certificate")
    run.ask("DELETE", path)
    run.ask("GET", "/user/me", key="no such key")
    log = run.ask("GET", "/audit-log?limit=1000").json()
    run.drawn += [entry["id"] for entry in log["items"]]
    assert len(log["items"]) > 10
    authority = run.ask("GET", "/client-ca.pem", url=given.control)
    run.drawn.append(authority.text)
    print(json.dumps(run.drawn))


if __name__ == "__main__":
    main()
