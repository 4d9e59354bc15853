"""A small suite for pytest, which knows of the mock what `exec` tells it and no more."""

import os
import shutil
import subprocess

import pytest
import requests

ENVIRONMENT = os.environ
ME = "/account/api/v1/user/me"


@pytest.fixture(name="session")
def _session():
    with requests.Session() as session:
        yield session


def test_token(session):
    answer = session.get(
        ENVIRONMENT["MOCK_WORLD_API_URL"] + ME,
        headers={"x-api-key": ENVIRONMENT["MOCK_WORLD_TOKEN"]},
        timeout=20,
    )
    assert answer.status_code == 200


def test_certificate(session):
    session.cert = (
        ENVIRONMENT["MOCK_WORLD_CLIENT_CERT_FILE"],
        ENVIRONMENT["MOCK_WORLD_CLIENT_KEY_FILE"],
    )
    answer = session.get(ENVIRONMENT["MOCK_WORLD_CLIENTAUTH_URL"] + ME, timeout=20)
    assert answer.status_code == 200


@pytest.mark.parametrize("name", ["first", "second"])
def test_worlds(session, name):
    control = ENVIRONMENT["MOCK_WORLD_CONTROL_URL"]
    made = session.post(f"{control}/worlds", json={"name": name}, timeout=20)
    assert made.status_code == 201, made.text
    key = ENVIRONMENT["MOCK_WORLD_ADMIN_TOKEN"] + made.json()["token_suffix"]
    users = session.get(
        ENVIRONMENT["MOCK_WORLD_API_URL"] + "/account/api/v1/user",
        headers={"x-api-key": key},
        timeout=20,
    )
    assert len(users.json()) == 3
    assert session.delete(f"{control}/worlds/{name}", timeout=20).status_code == 204


def test_curl():
    url = "https://one.digicert.com" + ME
    command = [shutil.which("curl"), "-fsS", "-H", "x-api-key: SERVICE_USER_TOKEN", url]
    assert b"Example service user" in subprocess.check_output(command)


def test_address():
    """Says where the mock is, for whoever looks whether it is still there afterwards."""
    for name in ("API", "CLIENTAUTH", "CONTROL"):
        print(ENVIRONMENT[f"MOCK_WORLD_{name}_URL"])
