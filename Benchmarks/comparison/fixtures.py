"""What the measurements need: keys, certificates, CSRs, and the servers themselves."""

import http.client
import json
import os
import pwd
import ssl
import subprocess

import processes
from processes import Problem, Server

TOKEN = "SERVICE_USER_TOKEN"
ADMIN_TOKEN = "ADMIN_API_TOKEN"
ACCOUNT = "4b13f12d-c8b2-4c49-a21f-9b399364f2ce"
API = "/account/api/v1"
USERS = f"{API}/user"
ME = f"{USERS}/me"
CERTIFICATES = f"{API}/client-auth-certificate"
CSR_COUNT = 64

# Every client offers exactly this, so that every server ends up with it.
CLIENT_TLS = """\
openssl_conf = initial
[initial]
ssl_conf = modules
[modules]
system_default = offer
[offer]
MinProtocol = TLSv1.3
MaxProtocol = TLSv1.3
Ciphersuites = TLS_AES_128_GCM_SHA256
Groups = X25519
"""


def openssl(*arguments, stdin=None):
    """Runs openssl and returns its standard output."""
    done = subprocess.run(
        ["openssl", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Problem(f"openssl {arguments[0]}: {done.stderr.strip()}")
    return done.stdout


class Fixtures:
    """Made when first asked for, kept for the whole run."""

    def __init__(self, setting):
        self.setting = setting
        self._made = {}
        tls = setting.work / "client-tls.cnf"
        tls.write_text(CLIENT_TLS, "utf-8")
        self.client_environment = {**os.environ, "OPENSSL_CONF": str(tls)}

    def once(self, name, make):
        """The fixture of that name, made at most once."""
        if name not in self._made:
            self._made[name] = make()
        return self._made[name]

    # Servers.

    def mock(self, state="state", *options):
        """A mock on free ports, its state in a folder, its log in a file."""
        return Mock(self.setting, self.setting.work / state, *options)

    def nginx(self, body, client_ca):
        """An nginx that serves one body, with and without asking for a client certificate."""
        return Nginx(self.setting, self.server_chain(), body, client_ca)

    def cfssl(self):
        """A cfssl with an RSA-2048 CA of its own."""
        return Cfssl(self.setting, self.rsa_authority())

    # Keys and certificates.

    def server_chain(self):
        """A P-256 server certificate under an intermediate, as the mock has: chain and key."""
        return self.once("chain", self._make_server_chain)

    def _make_server_chain(self):
        folder = self.setting.work / "nginx-tls"
        folder.mkdir()
        ca = "basicConstraints=critical,CA:TRUE\nkeyUsage=critical,keyCertSign,cRLSign\n"
        leaf = (
            "basicConstraints=critical,CA:FALSE\nkeyUsage=critical,digitalSignature\n"
            "extendedKeyUsage=serverAuth\n"
            "subjectAltName=DNS:localhost,DNS:clientauth.localhost,IP:127.0.0.1,IP:::1\n"
        )
        for name, issuer, extensions in [
            ("root", None, ca),
            ("intermediate", "root", ca),
            ("leaf", "intermediate", leaf),
        ]:
            key, request = folder / f"{name}.key", folder / f"{name}.csr"
            openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key)
            openssl("req", "-new", "-key", key, "-subj", f"/CN=Benchmark {name}", "-out", request)
            (folder / "extensions").write_text(extensions, "utf-8")
            signer = (
                ["-CA", folder / f"{issuer}.pem", "-CAkey", folder / f"{issuer}.key"]
                if issuer
                else ["-signkey", key]
            )
            openssl(
                "x509", "-req", "-in", request, *signer, "-days", 90, "-sha256",
                "-extfile", folder / "extensions", "-out", folder / f"{name}.pem",
            )  # fmt: skip
        chain = folder / "chain.pem"
        chain.write_text(
            (folder / "leaf.pem").read_text() + (folder / "intermediate.pem").read_text()
        )
        return chain, folder / "leaf.key"

    def rsa_authority(self):
        """A self-signed RSA-2048 CA: certificate and key."""
        return self.once("authority", self._make_rsa_authority)

    def _make_rsa_authority(self):
        certificate, key = self.setting.work / "rsa-ca.pem", self.setting.work / "rsa-ca.key"
        openssl(
            "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", key, "-days", 365,
            "-subj", "/CN=Benchmark CA", "-out", certificate,
        )  # fmt: skip
        return certificate, key

    def csrs(self):
        """A file with one RSA-2048 CSR per line, escaped for JSON."""
        return self.once("csrs", self._make_csrs)

    def _make_csrs(self):
        lines = [
            openssl(
                "req", "-newkey", "rsa:2048", "-nodes", "-keyout", "/dev/null",
                "-subj", f"/C=US/O=Benchmark/CN=Client {number}",
            )
            for number in range(CSR_COUNT)
        ]  # fmt: skip
        path = self.setting.work / "csrs.txt"
        path.write_text("".join(json.dumps(line)[1:-1] + "\n" for line in lines), "utf-8")
        return path

    def long_lists(self, count):
        """Options for a world in which two tokens see so many users and certificates."""
        folder = self.setting.work
        account = {
            "id": ACCOUNT,
            "name": "Benchmark",
            "service_period": {"from": "2021-05-06", "to": "2099-05-06"},
            "friendly_identifier": "1234567",
        }

        def user(number, **more):
            return {
                "id": f"00000000-0000-4000-8000-{number:012x}",
                "email": f"user-{number}@example.com",
                "primary_account_id": ACCOUNT,
                "user_type": "service",
                "friendly_name": f"Service user {number}",
                "roles": ["AM_ACCOUNT_ADMIN" if more else "AM_DEFAULT_USER"],
                "accounts": [ACCOUNT],
                **more,
            }

        certificates = [{"name": f"Certificate {number}"} for number in range(count)]
        known = [
            user(1, tokens=[{"token": ADMIN_TOKEN}]),
            user(2, tokens=[{"token": TOKEN}], certificates=certificates),
        ]
        users = known + [user(number) for number in range(3, count + 1)]
        seed = folder / "lists.json"
        seed.write_text(json.dumps({"accounts": [account], "users": users}), "utf-8")
        # With an elliptic key the world is made in seconds; a page does not show the difference.
        return "--seed-file", seed, "--ca-key-algorithm", "p-256"

    def first_csr(self):
        """One of them as it is."""
        return json.loads('"' + self.csrs().read_text("utf-8").split("\n", 1)[0] + '"')

    def client_identity(self, mock):
        """A P-256 client certificate that the mock issued, its key, and the mock's CA."""
        folder = self.setting.work
        key, certificate = folder / "client.key", folder / "client.pem"
        ca = folder / "client-ca.pem"
        openssl("ecparam", "-name", "prime256v1", "-genkey", "-noout", "-out", key)
        csr = openssl("req", "-new", "-key", key, "-subj", "/C=US/O=Benchmark/CN=Handshakes")
        issued = mock.issue(csr, "handshakes")
        certificate.write_text(issued["x509_cert"], "utf-8")
        ca.write_text(issued["ca_cert"], "utf-8")
        openssl("verify", "-purpose", "sslclient", "-CAfile", ca, certificate)
        return certificate, key, ca


def mock_environment():
    """This process's environment without settings of the mock: its defaults are measured."""
    return {k: v for k, v in os.environ.items() if not k.startswith("MOCK_DIGICERT_ONE_")}


class Mock(Server):
    """Ours, running."""

    def __init__(self, setting, state, *options):
        state.mkdir(exist_ok=True)
        command = [
            setting.binary, "serve", "--state-dir", state, "--api-port", "0",
            "--clientauth-port", "0", "--control-port", "0", *options,
        ]  # fmt: skip
        log = setting.work / "mock.log"
        super().__init__(
            "the mock", command, setting.server_core, log, mock_environment(), keeps_output=True
        )
        line = self.process.stdout.readline()
        if not line.startswith("ready "):
            self.process.wait(10)
            raise Problem(self.complaint())
        self.ready = json.loads(line.removeprefix("ready "))
        self.state = state
        self.api_port = int(self.ready["api_url"].rpartition(":")[2])
        self.clientauth_port = int(self.ready["clientauth_url"].rpartition(":")[2])
        self.control_port = int(self.ready["control_url"].rpartition(":")[2])

    def context(self):
        """What a client trusts."""
        return ssl.create_default_context(cafile=self.ready["ca_file"])

    def call(self, method, path, body=None, token=TOKEN):
        """One request as the service user or somebody else; the status and the body's bytes."""
        connection = http.client.HTTPSConnection(
            "localhost", self.api_port, timeout=30, context=self.context()
        )
        headers = {"x-api-key": token}
        if body is not None:
            headers["content-type"] = "application/json"
            body = json.dumps(body)
        try:
            connection.request(method, path, body, headers)
            answer = connection.getresponse()
            return answer.status, answer.read()
        finally:
            connection.close()

    def me(self):
        """The bytes of `/user/me`, which nginx then serves too."""
        status, body = self.call("GET", ME)
        if status != 200:
            raise Problem(f"the mock answered GET {ME} with {status}: {body[:200]!r}")
        return body

    def issue(self, csr, name):
        """One certificate; this also waits for the CA's key on a first start."""
        status, body = self.call("POST", CERTIFICATES, {"csr": csr, "name": name})
        if status != 201:
            raise Problem(f"the mock answered POST {CERTIFICATES} with {status}: {body[:200]!r}")
        return json.loads(body)


class Nginx(Server):
    """nginx at its best at what is asked of it: see CONDITIONS in report.py for the words."""

    def __init__(self, setting, chain, body, client_ca):
        folder = setting.work / "nginx"
        served = folder / "www" / ME.lstrip("/")
        served.parent.mkdir(parents=True, exist_ok=True)
        served.write_bytes(body)
        self.port = processes.free_port()
        self.clientauth_port = processes.free_port()
        configuration = folder / "nginx.conf"
        configuration.write_text(self.configuration(folder, chain, client_ca), "utf-8")
        command = ["nginx", "-e", folder / "error.log", "-p", folder, "-c", configuration]
        super().__init__("nginx", command, setting.server_core, folder / "error.log")
        self.wait_for_port(self.port)

    def configuration(self, folder, chain, client_ca):
        """Both servers: the same file, with and without a client certificate."""

        def listen(port):
            addresses = ["127.0.0.1"] + (["[::1]"] if processes.has_ipv6() else [])
            return "".join(f"    listen {a}:{port} ssl http2 backlog=4096;\n" for a in addresses)

        verify = f"    ssl_verify_client on;\n    ssl_client_certificate {client_ca};\n"
        temporary = "".join(
            f"  {kind}_temp_path {folder}/{kind};\n"
            for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
        )
        return f"""\
daemon off;
user {_user_name()};
worker_processes 1;
worker_rlimit_nofile 15000;
pid {folder}/nginx.pid;
events {{ worker_connections 12000; }}
http {{
{temporary}  access_log {folder}/access.log combined buffer=64k flush=1s;
  open_file_cache max=16;
  keepalive_requests 1000000000;
  keepalive_timeout 600s;
  types {{ }}
  default_type application/json;
  server_tokens off;
  ssl_certificate {chain[0]};
  ssl_certificate_key {chain[1]};
  ssl_protocols TLSv1.2 TLSv1.3;
  ssl_conf_command NumTickets 1;
  server {{
{listen(self.port)}    root {folder}/www;
  }}
  server {{
{listen(self.clientauth_port)}{verify if client_ca else ''}    root {folder}/www;
  }}
}}
"""


def _user_name():
    """The user that nginx's worker runs as: the one who started it, which can read the files."""
    return pwd.getpwuid(os.getuid()).pw_name


class Cfssl(Server):
    """cfssl's signing server over plain HTTP, its log to a file."""

    def __init__(self, setting, authority):
        self.port = processes.free_port()
        configuration = setting.work / "cfssl.json"
        usages = ["signing", "digital signature", "client auth"]
        policy = {"signing": {"default": {"expiry": "8760h", "usages": usages}}}
        configuration.write_text(json.dumps(policy), "utf-8")
        command = [
            "cfssl", "serve", "-address", "127.0.0.1", "-port", self.port, "-ca", authority[0],
            "-ca-key", authority[1], "-config", configuration,
        ]  # fmt: skip
        super().__init__("cfssl", command, setting.server_core, setting.work / "cfssl.log")
        self.wait_for_port(self.port)
