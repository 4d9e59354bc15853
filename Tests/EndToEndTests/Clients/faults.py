"""Faults as Python meets them: in the answer, in the connection and in the handshake.

Arguments: control=URL ca= folder= classes=
Each function makes a rule in a world of its own and sees what `requests`, `http.client` and `ssl`
make of it. Prints the name of each; what is not as the rule claims ends the program.
"""

import base64
import http.client
import json
import socket
import ssl
import subprocess
import time
import urllib.parse

import requests
from cryptography.hazmat.primitives.asymmetric import ec

import arguments
from control import BASE, Caller, Process, Refused, request

ME = "/user/me"


class Setting:
    """A world with one rule."""

    def __init__(self, given, number):
        self.given = given
        self.world = Process(given.control).make(f"f{number}", ports=True)
        self.url = self.world.facts["api_url"]
        self.caller = Caller(self.url, given.ca, key="SERVICE_USER_TOKEN")

    def rule(self, action, **rule):
        self.world.ask("DELETE", "/faults", 204)
        return self.world.ask("POST", "/faults", 201, json={"action": action, **rule})

    def met(self):
        """How often the rule was applied."""
        return self.world.ask("GET", "/faults")["faults"][0]["applied"]

    def connection(self, address="api_url", files=None, version=None):
        """A connection whose handshake is still to come."""
        parts = urllib.parse.urlsplit(self.world.facts[address])
        context = ssl.create_default_context(cafile=self.given.ca)
        if files:
            context.load_cert_chain(*files)
        if version:
            context.minimum_version = context.maximum_version = version
        return http.client.HTTPSConnection(
            parts.hostname, parts.port, context=context, timeout=10
        )

    def get(self, connection):
        connection.request("GET", BASE + ME, headers={"x-api-key": "SERVICE_USER_TOKEN"})
        return connection.getresponse()


def raised(kind, body):
    """The exception that is expected; anything else ends the program."""
    try:
        result = body()
    except kind as error:
        return error
    raise AssertionError(f"{kind} did not come, but {result}")


# What comes as an answer.


def answers(setting):
    """status, body, fields, Retry-After, content type, damage"""
    setting.rule({"status": 503, "retry_after": 7}, match={"path": BASE + ME, "nth": 2})
    assert [setting.caller.send("GET", ME).status_code for _ in range(3)] == [200, 503, 200]
    setting.rule({"status": 429, "retry_after": 30, "fields": {"x-cache": "MISS"}})
    answer = setting.caller.send("GET", ME)
    assert (answer.status_code, answer.headers["retry-after"]) == (429, "30"), answer.headers
    assert answer.headers["x-cache"] == "MISS" and "errors" in answer.json()
    setting.rule({"status": 502, "body": "<h1>Bad</h1>", "content_type": "text/html"})
    answer = setting.caller.send("GET", ME)
    assert (answer.text, answer.headers["content-type"]) == ("<h1>Bad</h1>", "text/html")
    setting.rule({"malformed_json": True})
    answer = setting.caller.send("GET", ME)
    assert answer.status_code == 200
    raised(requests.exceptions.JSONDecodeError, answer.json)
    setting.rule({"empty_body": True})
    assert setting.caller.send("GET", ME).content == b""
    setting.rule({"content_type": "text/plain"})
    answer = setting.caller.send("GET", ME)
    assert answer.headers["content-type"] == "text/plain" and answer.json()["id"]


def times(setting):
    """delay, dribble"""
    setting.rule({"delay": "400ms"})
    assert 0.4 <= seconds(lambda: setting.caller.ask("GET", ME)) < 5
    setting.rule({"delay": {"from": "100ms", "to": "200ms", "seed": 1}})
    assert 0.1 <= seconds(lambda: setting.caller.ask("GET", ME)) < 5
    setting.rule({"dribble": {"bytes": 300, "every": "20ms"}})
    assert seconds(lambda: setting.caller.ask("GET", ME)) > 0.06


def seconds(body):
    begin = time.monotonic()
    body()
    return time.monotonic() - begin


def endings(setting):
    """close, reset, truncate, stall"""
    setting.rule("close")
    raised(http.client.RemoteDisconnected, lambda: setting.get(setting.connection()))
    setting.rule("reset")
    raised(ConnectionResetError, lambda: setting.get(setting.connection()))
    setting.rule({"truncate": 20})
    answer = setting.get(setting.connection())
    error = raised(http.client.IncompleteRead, answer.read)
    assert len(error.partial) == 20 and error.expected > 0, error
    setting.rule("stall")
    raised(requests.exceptions.ReadTimeout, lambda: stalled(setting))
    assert setting.met() == 1


def stalled(setting):
    return setting.caller.session.get(setting.caller.url + ME, timeout=0.4)


def blind(setting):
    """reset after the request was handled: a POST that was lost and yet worked"""
    order = {"match": {"method": "POST", "count": 1}, "when": "after"}
    account = setting.caller.ask("GET", "/account")[0]["id"]
    setting.rule("reset", **order)
    admin = Caller(setting.url, setting.given.ca, key="ADMIN_API_TOKEN")
    user = {
        "user_type": "service",
        "friendly_name": "robot",
        "accounts": [account],
        "roles": ["AM_DEFAULT_USER"],
    }
    raised(requests.exceptions.ConnectionError, lambda: admin.send("POST", "/user", json=user))
    again = admin.ask("POST", "/user", 400, json=user)
    assert again["errors"][0]["code"] == "duplicate_error", again


# What ends the handshake.


def handshakes(setting):
    """alerts at either moment in TLS 1.2 and 1.3, reset, stall"""
    _, files = setting.caller.enroll(setting.given.folder, "handshakes")
    alerts = {
        "certificate_expired": "CERTIFICATE_EXPIRED",
        "unknown_ca": "UNKNOWN_CA",
        "bad_certificate": "BAD_CERTIFICATE",
        "certificate_revoked": "CERTIFICATE_REVOKED",
        "handshake_failure": "HANDSHAKE_FAILURE",
    }
    versions = [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3]
    for at in ("client_hello", "certificate"):
        for alert, words in alerts.items():
            setting.rule({"tls": {"alert": alert, "at": at}}, match={"listener": "clientauth"})
            for version in versions:
                connection = setting.connection("clientauth_url", files, version)
                error = raised(ssl.SSLError, lambda: setting.get(connection))
                assert words in str(error).upper().replace(" ", "_"), (at, alert, version, error)
    setting.rule({"tls": {"reset": True}})
    raised(ConnectionResetError, lambda: setting.get(setting.connection()))
    setting.rule({"tls": {"stall": True}})
    connection = setting.connection()
    connection.timeout = 0.4
    raised(socket.timeout, lambda: setting.get(connection))
    setting.rule({"tls": {"alert": "internal_error"}}, match={"count": 1})
    raised(ssl.SSLError, lambda: setting.get(setting.connection()))
    assert setting.get(setting.connection()).status == 200
    failed = setting.world.journal(kind="handshake", outcome="refused")
    assert len(failed) >= 21, len(failed)


def openssl(setting):
    """openssl s_client, which tells the number on the wire"""
    files = setting.caller.enroll(setting.given.folder, "openssl")[1]
    address = urllib.parse.urlsplit(setting.world.facts["clientauth_url"]).netloc
    numbers = {
        "handshake_failure": 40,
        "bad_certificate": 42,
        "unsupported_certificate": 43,
        "certificate_revoked": 44,
        "certificate_expired": 45,
        "unknown_ca": 48,
        "internal_error": 80,
    }
    hello_only = {"access_denied": 49, "insufficient_security": 71, "unrecognized_name": 112}
    cases = [(at, *row) for at in ("client_hello", "certificate") for row in numbers.items()]
    cases += [("client_hello", *row) for row in hello_only.items()]
    for at, alert, number in cases:
        setting.rule({"tls": {"alert": alert, "at": at}})
        for version in ("-tls1_2", "-tls1_3"):
            words = ["s_client", "-connect", address, version, "-quiet", "-cert", files[0]]
            words += ["-key", files[1], "-CAfile", setting.given.ca]
            said = run("openssl", *words).stderr
            assert f"SSL alert number {number}\n" in said, (at, alert, version, said)


def java(setting):
    """the JDK, whose exceptions name the alert"""
    client = Caller(setting.url, setting.given.ca, key="SERVICE_USER_TOKEN")
    order = {"name": "java", "encryption": "AES"}
    made = client.ask("POST", "/client-auth-certificate/pkcs12", 201, json=order)
    store = f"{setting.given.folder}/java.p12"
    with open(store, "wb") as file:
        file.write(base64.b64decode(made["pkcs12"]))
    faults = f"{setting.given.control}/worlds/{setting.world.name}/faults"
    url = setting.world.facts["clientauth_url"] + BASE + ME
    words = ["-XX:TieredStopAtLevel=1", "-cp", setting.given.classes, "Alerts", faults, url]
    output = run("java", *words, setting.given.ca, store, made["password"])
    lines = output.stdout.splitlines()
    assert len(lines) == 20, output
    for line in lines:
        action, *rest = line.split(" ")
        if action.startswith("{"):
            assert rest[1:] == ["SocketException", "Connection", "reset"], line
        else:
            alert = rest[0]
            assert line.endswith(f"SSLHandshakeException Received fatal alert: {alert}"), line


def run(*command):
    return subprocess.run(
        command, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL, check=False
    )


# What a name alone asks for.


def magic(setting):
    """names of certificates that pick the outcome"""

    def enroll(name):
        return setting.caller.enroll(setting.given.folder, name)

    assert 0.3 <= seconds(lambda: enroll("mock-delay-300ms")) < 5
    codes = []
    for _ in range(3):
        try:
            enroll("mock-503-then-ok-2")
            codes.append(201)
        except Refused as refusal:
            codes.append(refusal.status)
    assert codes == [503, 503, 201], codes
    made, files = enroll("mock-issued-disabled")
    refused = Caller(setting.world.facts["clientauth_url"], setting.given.ca, files=files)
    answer = refused.send("GET", ME)
    assert answer.status_code == 403 and "disabled" in answer.headers["x-mock-reason"]
    made, files = enroll("mock-expires-in-90s")
    mutual = Caller(setting.world.facts["clientauth_url"], setting.given.ca, files=files)
    mutual.ask("GET", ME)
    setting.world.advance(by="91s")
    assert "expired" in mutual.send("GET", ME).headers["x-mock-reason"]
    raised(requests.exceptions.ConnectionError, lambda: enroll("mock-reset"))
    raised(requests.exceptions.ConnectionError, lambda: enroll("mock-close"))
    curl(setting)
    setting.world.ask("PUT", "/settings", json={"magicNames": False})
    assert enroll("mock-503")[0]["name"] == "mock-503"


def curl(setting):
    """The same with curl, by the words of its manual."""
    statuses = {"mock-429": 22, "mock-truncate": 18, "mock-close-after": 52, "mock-reset-after": 56}
    for name, status in statuses.items():
        csr = request(ec.generate_private_key(ec.SECP256R1()), name)
        body = json.dumps({"csr": csr, "name": name})
        words = ["curl", "-fsS", "--http1.1", "--cacert", setting.given.ca, "-d", body]
        words += ["-H", "x-api-key: SERVICE_USER_TOKEN", "-H", "content-type: application/json"]
        output = run(*words, setting.caller.url + "/client-auth-certificate")
        assert output.returncode == status, (name, output)


def main():
    given = arguments.read()
    every = [answers, times, endings, blind, handshakes, openssl, java, magic]
    chosen = [body for body in every if not given.only or body.__name__ in given.only.split(",")]
    for number, body in enumerate(chosen):
        body(Setting(given, number))
        print(body.__name__, flush=True)


main()
