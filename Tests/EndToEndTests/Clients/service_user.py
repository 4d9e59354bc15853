"""The whole life of a service user, by the vendor's published pages alone.

Arguments: api=URL clientauth=URL ca= key=ADMINISTRATOR'S TOKEN folder=
Makes a service user with two tokens and a certificate, rotates both while requests never cease,
disables, enables and deletes the user, and looks all of it up in the audit log. Prints a line for
each step; what is not as it should be ends it with a traceback.
"""

import threading

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

import arguments

BASE = "/account/api/v1"
NAME = "api_service_user_3"
NO_DATA = {
    "errors": [{"code": "AUTHORIZATION_ERROR", "message": "No authentication data provided"}]
}


class Caller:
    """Speaks for whoever holds a token or a certificate."""

    def __init__(self, url, ca, key=None, files=None):
        self.url = url + BASE
        self.session = requests.Session()
        self.session.verify = ca
        self.session.trust_env = False
        if key:
            self.session.headers["x-api-key"] = key
        if files:
            self.session.cert = files

    def ask(self, method, path, status=200, **options):
        answer = self.session.request(method, self.url + path, timeout=20, **options)
        assert answer.status_code == status, (method, path, answer.status_code, answer.text)
        return answer.json() if answer.content else None


class Worker(threading.Thread):
    """Asks without a pause, with whichever caller it was given last."""

    def __init__(self, caller):
        super().__init__(daemon=True)
        self.caller = caller
        self.turn = threading.Condition()
        self.done = 0
        self.failures = []
        self.ends = False
        self.start()

    def run(self):
        while not self.ends:
            answer = self.caller.session.get(self.caller.url + "/user/me", timeout=20)
            if answer.status_code != 200:
                self.failures.append(answer.text)
            with self.turn:
                self.done += 1
                self.turn.notify_all()

    def switch(self, caller):
        """Returns once a request that began with the new caller is over."""
        self.caller = caller
        with self.turn:
            begun = self.done
            assert self.turn.wait_for(lambda: self.done >= begun + 2, timeout=60)

    def end(self):
        self.ends = True
        self.join(60)
        assert not self.failures, self.failures
        return self.done


def enroll(caller, folder, name):
    """A certificate from a CSR: its id, and the files with certificate and key."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    request = x509.CertificateSigningRequestBuilder().subject_name(subject)
    csr = request.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    order = {"csr": csr.decode(), "name": name}
    made = caller.ask("POST", "/client-auth-certificate", 201, json=order)
    files = (f"{folder}/{name}.crt", f"{folder}/{name}.key")
    with open(files[0], "w", encoding="ascii") as file:
        file.write(made["x509_cert"])
    with open(files[1], "wb") as file:
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    return made["id"], files


def rotate(wanted, first, user, ids):
    """Replaces token and certificate while two threads use them."""
    first_certificate, files = enroll(first, wanted.folder, "certificate_1")
    mutual = Caller(wanted.clientauth, wanted.ca, files=files)
    assert mutual.ask("GET", "/user/me")["id"] == user["id"]
    by_key, by_certificate = Worker(first), Worker(mutual)

    order = {"name": "second token", "user_id": user["id"]}
    made = first.ask("POST", "/api-access-token", 201, json=order)
    second = Caller(wanted.api, wanted.ca, made["token"])
    by_key.switch(second)
    tokens = second.ask("GET", f"/api-access-token?user_id={user['id']}")
    assert [token["name"] for token in tokens] == [NAME, "second token"]
    assert not any("token" in token for token in tokens)
    old = next(token["id"] for token in tokens if token["id"] != made["id"])
    second.ask("PUT", f"/api-access-token/{old}", json={"enabled": False})
    first.ask("GET", "/user/me", 401)
    second.ask("DELETE", f"/api-access-token/{old}", 204)

    second_certificate, files = enroll(second, wanted.folder, "certificate_2")
    renewed = Caller(wanted.clientauth, wanted.ca, files=files)
    by_certificate.switch(renewed)
    path = f"/client-auth-certificate/{first_certificate}"
    second.ask("PUT", f"{path}/enable", json={"enabled": False})
    assert mutual.ask("GET", "/user/me", 403) == NO_DATA
    second.ask("DELETE", path, 204)

    total = by_key.end() + by_certificate.end()
    assert total > 8
    print("rotated: no failed request")
    ids["tokens"] = [old, made["id"]]
    ids["certificates"] = [first_certificate, second_certificate]
    return second, renewed


def find_in_audit_log(admin, ids):
    """Everything that was done stands in the audit log, in its order."""

    def actions(resource):
        found = admin.ask("GET", f"/audit-log?resource_id={resource}&sort=timestamp,asc")
        assert found["total"] == len(found["items"])
        changes = [entry for entry in found["items"] if entry["action"] != "SIGN_IN"]
        assert all(entry["status"] == "SUCCESS" for entry in changes)
        return [entry["action"] for entry in changes]

    assert actions(ids["user"]) == ["CREATE", "DISABLE", "ENABLE", "DELETE"]
    first, second = ids["tokens"]
    assert actions(first) == ["CREATE", "DISABLE", "DELETE"]
    assert actions(second) == ["CREATE"]
    first, second = ids["certificates"]
    assert actions(first) == ["CREATE", "DISABLE", "DELETE"]
    assert actions(second) == ["CREATE"]
    own = admin.ask("GET", f"/audit-log?user_name={NAME}&resource_types=API_ACCESS_TOKEN")
    by_itself = [entry for entry in own["items"] if entry["action"] != "SIGN_IN"]
    assert [entry["action"] for entry in by_itself] == ["DELETE", "DISABLE", "CREATE"]
    assert all(entry["user"] == {"id": ids["user"], "name": NAME} for entry in own["items"])
    # Refused sign-ins by key and by certificate name the user whose they were.
    refused = admin.ask("GET", f"/audit-log?user_name={NAME}&action=SIGN_IN&status=FAILURE")
    kinds = {entry["resource_type"] for entry in refused["items"]}
    assert kinds == {"API_ACCESS_TOKEN", "client_auth_cert"}
    print("audit log: complete")


def main():
    wanted = arguments.read()
    admin = Caller(wanted.api, wanted.ca, wanted.key)
    account = admin.ask("GET", "/account")[0]
    roles = admin.ask("GET", "/role?application_code=account_manager")
    assert "AM_DEFAULT_USER" in [role["name"] for role in roles]
    order = {
        "user_type": "service",
        "friendly_name": NAME,
        "description": "Made by a test",
        "accounts": [account["id"]],
        "roles": ["AM_DEFAULT_USER"],
    }
    user = admin.ask("POST", "/user", 201, json=order)
    again = admin.ask("POST", "/user", 400, json=order)["errors"][0]
    assert again["code"] == "duplicate_error"
    assert again["message"] == f"Nickname {NAME} already exists. Enter a different nickname."
    first = Caller(wanted.api, wanted.ca, user["token"])
    assert first.ask("GET", "/user/me")["friendly_name"] == NAME
    first.ask("GET", "/user", 403)
    print("created:", user["status"])

    ids = {"user": user["id"]}
    second, renewed = rotate(wanted, first, user, ids)

    path = f"/user/{user['id']}"
    disabled = admin.ask("PUT", f"{path}/enable", json={"enabled": False})
    second.ask("GET", "/user/me", 401)
    assert renewed.ask("GET", "/user/me", 403) == NO_DATA
    print("disabled:", disabled["status"])
    enabled = admin.ask("PUT", f"{path}/enable", json={"enabled": True})
    second.ask("GET", "/user/me")
    renewed.ask("GET", "/user/me")
    print("enabled:", enabled["status"])
    assert user["id"] in [one["id"] for one in admin.ask("GET", "/user?user_type=service")]
    admin.ask("DELETE", path, 204)
    second.ask("GET", "/user/me", 401)
    assert renewed.ask("GET", "/user/me", 403) == NO_DATA
    admin.ask("GET", path, 404)
    print("deleted")
    find_in_audit_log(admin, ids)


main()
