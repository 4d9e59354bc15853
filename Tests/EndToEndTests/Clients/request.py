"""One request with `requests`. Prints a line "STATUS HTTP TLS", then the body.

Arguments: url= ca= [method=] [key=] [body=FILE] [p12= password=] [tls=1.2|1.3] [connect=HOST:PORT]
"""

import os
import ssl
import tempfile

import requests
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from requests.adapters import HTTPAdapter

import arguments


class OneVersion(HTTPAdapter):
    """Speaks exactly one version of TLS."""

    def __init__(self, version, ca):
        self.version = version
        self.ca = ca
        super().__init__()

    def init_poolmanager(self, *rest, **options):
        context = ssl.create_default_context(cafile=self.ca)
        context.minimum_version = context.maximum_version = self.version
        super().init_poolmanager(*rest, ssl_context=context, **options)


def pem_files(path, password, folder):
    """requests takes no PKCS#12 file, so key and certificate become PEM files, as the vendor's
    example does it."""
    with open(path, "rb") as file:
        key, certificate, _ = pkcs12.load_key_and_certificates(file.read(), password.encode())
    names = os.path.join(folder, "certificate.pem"), os.path.join(folder, "key.pem")
    with open(names[0], "wb") as file:
        file.write(certificate.public_bytes(Encoding.PEM))
    with open(names[1], "wb") as file:
        file.write(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return names


def main():
    wanted = arguments.read()
    session = requests.Session()
    session.trust_env = False
    if wanted.tls:
        version = ssl.TLSVersion.TLSv1_2 if wanted.tls == "1.2" else ssl.TLSVersion.TLSv1_3
        session.mount("https://", OneVersion(version, wanted.ca))
    headers = {"Content-Type": "application/json"}
    if wanted.key:
        headers["x-api-key"] = wanted.key
    body = None
    if wanted.body:
        with open(wanted.body, "rb") as file:
            body = file.read()
    with tempfile.TemporaryDirectory() as folder:
        certificate = None
        if wanted.p12:
            certificate = pem_files(wanted.p12, wanted.password, folder)
        response = session.request(
            wanted.method or "GET",
            wanted.url,
            headers=headers,
            data=body,
            verify=wanted.ca,
            cert=certificate,
            stream=True,
            timeout=20,
        )
        version = response.raw.connection.sock.version()
    print(response.status_code, "HTTP/1.1", version)
    print(response.text)


main()
