"""What the Python clients of the control API share: the process, its worlds, and their users."""

import requests
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

BASE = "/account/api/v1"


class Refused(Exception):
    """An answer with another status than the one that was expected."""

    def __init__(self, answer, expected):
        self.status = answer.status_code
        self.text = answer.text
        super().__init__(
            f"{answer.request.method} {answer.url}: {self.status} and not {expected}: {self.text}"
        )


def checked(answer, status):
    """The JSON of an answer that has the status; its text where it is no JSON."""
    if answer.status_code != status:
        raise Refused(answer, status)
    if not answer.content:
        return None
    is_json = answer.headers.get("content-type", "").startswith("application/json")
    return answer.json() if is_json else answer.text


class Process:
    """The control listener of a running mock."""

    def __init__(self, url):
        self.url = url

    def ask(self, method, path, status=200, **options):
        # What changes something says what it brings, even where it brings nothing.
        headers = {"content-type": "application/json"}
        url = self.url + path
        answer = requests.request(method, url, headers=headers, timeout=60, **options)
        return checked(answer, status)

    def make(self, name, **order):
        return World(self, self.ask("POST", "/worlds", 201, json={"name": name, **order}))


class World:
    """A world, as its maker was told about it."""

    def __init__(self, process, facts):
        self.process = process
        self.facts = facts
        self.name = facts["name"]

    def ask(self, method, path="", status=200, **options):
        return self.process.ask(method, f"/worlds/{self.name}{path}", status, **options)

    def advance(self, **how):
        return self.ask("POST", "/clock/advance", json=how)

    def journal(self, **query):
        return self.ask("GET", "/journal", params={"limit": 1000, **query})["entries"]

    def mails(self, **query):
        return self.ask("GET", "/mailbox", params=query)["mails"]

    def explain(self, answer):
        """Why an answer of the API is as it is."""
        path = "/explain/" + answer.headers["x-request-id"]
        return self.process.ask("GET", path)["explanation"]


class Caller:
    """Speaks to the API for whoever holds a token or a certificate."""

    def __init__(self, url, ca, key=None, files=None, agent=None):
        self.url = url + BASE
        self.session = requests.Session()
        self.session.verify = ca
        self.session.trust_env = False
        if key:
            self.session.headers["x-api-key"] = key
        if files:
            self.session.cert = files
        if agent:
            self.session.headers["user-agent"] = agent

    def send(self, method, path, **options):
        return self.session.request(method, self.url + path, timeout=60, **options)

    def ask(self, method, path, status=200, **options):
        return checked(self.send(method, path, **options), status)

    def service_user(self, name):
        account = self.ask("GET", "/account")[0]["id"]
        order = {
            "user_type": "service",
            "friendly_name": name,
            "accounts": [account],
            "roles": ["AM_DEFAULT_USER"],
        }
        return self.ask("POST", "/user", 201, json=order)

    def enroll(self, folder, name, **more):
        """A certificate from a CSR, and the files with certificate and key."""
        key = ec.generate_private_key(ec.SECP256R1())
        order = {"csr": request(key, name), "name": name, **more}
        made = self.ask("POST", "/client-auth-certificate", 201, json=order)
        return made, files(made, key, f"{folder}/{made['id']}")


def request(key, name):
    """A CSR in PEM."""
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateSigningRequestBuilder().subject_name(subject)
    return builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM).decode()


def files(made, key, path):
    """Writes a certificate and its key where `requests` wants them."""
    with open(path + ".crt", "w", encoding="ascii") as file:
        file.write(made["x509_cert"])
    with open(path + ".key", "wb") as file:
        file.write(
            key.private_bytes(
                serialization.Encoding.PEM,
                serialization.PrivateFormat.PKCS8,
                serialization.NoEncryption(),
            )
        )
    return path + ".crt", path + ".key"
