"""One sequence of requests through the control API, always the same.

Arguments: control=URL ca= folder= count=
Makes worlds by the same names, one after the other, from the seed and as forks, and works in each.
Prints what was answered, without addresses and what docs/repeatable-runs.md says to differ.
"""

import base64

import arguments
from control import Caller, Process

# Of a CSR that was made once: a new key is nobody's seed.
CSR = """-----BEGIN CERTIFICATE REQUEST-----
MIHKMHICAQAwEDEOMAwGA1UEAwwFcm9ib3QwWTATBgcqhkjOPQIBBggqhkjOPQMB
BwNCAAQCqtSPReflbe4PzvqBtK9RFGn4qPF6yVInHfKnv87XUVJHmwYXrB+cpnZJ
Q/cEb4dVvsD0t9Ogvo5oRGIKHe6CoAAwCgYIKoZIzj0EAwIDSAAwRQIhAPamu/iq
N/pPD/tOI2WryyaQJsue8w9E8+PB71970K8SAiAB31sHKk/79vDLlyD7LOTgbKME
01aZi5Chec5DEKmm4A==
-----END CERTIFICATE REQUEST-----
"""


def tell(value, world=None):
    text = repr(value)
    # A free port is another one in each run.
    print(text.replace(world.facts["api_url"], "API") if world else text)


def work(given, world):
    admin = Caller(world.facts["api_url"], given.ca, key="ADMIN_API_TOKEN" + suffix(world))
    user = admin.service_user("robot")
    tell(user)
    robot = Caller(world.facts["api_url"], given.ca, key=user["token"])
    for number in range(3):
        order = {"csr": CSR, "name": f"certificate {number}"}
        tell(robot.ask("POST", "/client-auth-certificate", 201, json=order))
    order = {"name": "store", "encryption": "AES"}
    store = robot.ask("POST", "/client-auth-certificate/pkcs12", 201, json=order)
    tell({**store, "pkcs12": len(base64.b64decode(store["pkcs12"])) > 0})
    happened = world.advance(to="next-event")
    tell(happened)
    tell(world.mails(), world)
    tell(admin.ask("GET", "/audit-log?limit=1000"))
    tell(world.ask("GET", "/client-ca.pem"))
    tell(world.ask("GET", "/clock/events"))


def suffix(world):
    return world.facts["token_suffix"]


def main():
    given = arguments.read()
    process = Process(given.control)
    clock = {"now": "2026-01-01T00:00:00Z", "frozen": True}
    worlds = [process.make(f"w{number}", clock=clock) for number in range(int(given.count))]
    worlds.append(process.make("fork", fork_of="w0"))
    for world in worlds:
        work(given, world)
    worlds[0].ask("POST", "/reset")
    work(given, worlds[0])


main()
