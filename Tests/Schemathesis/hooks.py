"""What a schema cannot say: real CSRs, free names, future dates, and ids of things that exist.

schemathesis loads this for scripts/schemathesis. Only requests that are meant to be valid are
completed; those that are meant to be refused go out as they were made.
"""

import datetime
import os
import pathlib
import uuid
from urllib.parse import quote

import requests
import schemathesis

API = "/account/api/v1"
ROOT = os.environ["MOCK_API_URL"]
KEY = os.environ["MOCK_API_KEY"]
CSRS = [path.read_text() for path in sorted(pathlib.Path(os.environ["MOCK_CSR_FOLDER"]).glob("*.csr"))]
ROLES = ["AM_DEFAULT_USER", "AM_ACCOUNT_USER", "AM_USER_MANAGER", "SSM_SIGNER"]

# What goes by the name of a path: things made during the run, oldest first.
KINDS = {"user": "user", "api-access-token": "token", "client-auth-certificate": "certificate"}
made = {kind: {} for kind in KINDS.values()}
taken = set()  # (kind of name, name in lower case)


def ask(path):
    return requests.get(f"{ROOT}{API}/{quote(path, safe='/?=')}", headers={"x-api-key": KEY}, timeout=10)


def get(path):
    answer = ask(path)
    answer.raise_for_status()
    return answer.json()


caller = get("user/me")
account = caller["primary_account_id"]
organizations = [each["id"] for each in get("organization")]
for each in get("user"):
    taken.update(("login", each[member].lower()) for member in ("email", "username") if member in each)
    taken.add(("userfriendly_name", each.get("friendly_name", "").lower()))
# Without its own key the run would go on, and be refused everything.
own_tokens = {each["id"] for each in get(f"api-access-token?user_id={caller['id']}")}


@schemathesis.auth()
class Key:
    """Authenticates as the seed's administrator."""

    def get(self, case, context):
        return KEY

    def set(self, case, data, context):
        case.headers["x-api-key"] = data


@schemathesis.hook
def before_call(context, case, kwargs):
    """Completes a request that is meant to be valid, just before it is sent."""
    segments = case.operation.path.removeprefix(f"{API}/").split("/")
    is_valid = case.meta is None or case.meta.generation.mode.is_positive
    if "{id}" in segments and case.path_parameters.get("id") in own_tokens:
        if case.method in ("PUT", "DELETE"):
            case.path_parameters["id"] = str(uuid.uuid4())
    if not is_valid:
        return
    if case.meta is None or case.meta.phase.name.value != "stateful":
        name_existing(case, segments)
    if isinstance(case.query, dict):
        complete_query(case.query, segments)
    if isinstance(case.body, dict):
        complete_body(case.body, case.method, segments, case)


@schemathesis.hook
def after_call(context, case, response):
    """Remembers what was made, to ask for it later."""
    segments = case.operation.path.removeprefix(f"{API}/").split("/")
    kind = KINDS.get(segments[0])
    if case.method == "POST" and response.status_code == 201:
        thing = response.json()
        made[kind][thing["id"]] = thing
    if case.method == "DELETE" and response.status_code == 204:
        made[kind].pop((case.path_parameters or {}).get("id"), None)
        if kind == "user":
            forget_credentials(case.path_parameters["id"])


def forget_credentials(user):
    for kind in ("token", "certificate"):
        for key in [key for key, thing in made[kind].items() if thing["user_id"] == user]:
            del made[kind][key]


def name_existing(case, segments):
    """Every second request for one thing names one that exists; the others get 404."""
    if "{id}" not in segments or not isinstance(case.path_parameters, dict):
        return
    known = {"account": [account], "organization": organizations}.get(segments[0])
    if known is None:
        known = list(made.get(KINDS.get(segments[0]), {}))
    if known and next(turn) % 2:
        case.path_parameters["id"] = known[-1] if case.method == "DELETE" else known[0]


def counting():
    number = 0
    while True:
        number += 1
        yield number


turn = counting()
number = counting()


def some_user():
    """The oldest user that was made and is still there, or the caller."""
    return (list(made["user"]) + [caller["id"]])[0]


def complete_query(query, segments):
    if "user_id" in query:
        query["user_id"] = some_user()
    if query.get("from") and query.get("to"):
        query["from"], query["to"] = sorted((query["from"], query["to"]))


def complete_body(body, method, segments, case):
    if "csr" in body:
        body["csr"] = CSRS[next(number) % len(CSRS)]
    if method == "POST" and body.get("user_id") is not None:
        # Later in a sequence another user may be deleted, with all it has.
        is_sequence = case.meta is not None and case.meta.phase.name.value == "stateful"
        body["user_id"] = caller["id"] if is_sequence else some_user()
    for member in ("end_date", "expiration_date", "exp"):
        if body.get(member) is not None:
            body[member] = future(body[member])
    agree(body, "expiration_date", "exp")
    agree(body, "expiration_date", "end_date")
    for member in ("name", "friendly_name", "username", "email"):
        if isinstance(body.get(member), str):
            # A user's address is its username, too, unless there is another one.
            is_login = member in ("email", "username")
            body[member] = free("login" if is_login else segments[0] + member, body[member])
    if isinstance(body.get("accounts"), list):
        body["accounts"] = [known(each, "id", account) for each in body["accounts"]]
    if body.get("primary_account_id") is not None:
        body["primary_account_id"] = account
        # Named as primary and missing among the accounts is refused.
        if "accounts" in body and not body["accounts"]:
            body["accounts"] = [account]
    if isinstance(body.get("roles"), list):
        body["roles"] = [known(each, "name", ROLES[i % len(ROLES)]) for i, each in enumerate(body["roles"])]
    if method == "PUT" and segments[-1] in ("{id}", "me"):
        suit(body, segments, case)


def future(text):
    """The same form of date, in a year to come."""
    day = datetime.date.today() + datetime.timedelta(days=200 + len(text))
    return f"{day}T12:34:56Z" if "T" in text else f"{day}"


def agree(body, one, other):
    """Two names of one date are both given only with one value."""
    if one in body and other in body:
        if None in (body[one], body[other]):
            body[one] = body[other] = None
        else:
            body[one] = body[other]


def free(kind, text):
    """The text itself, or, once it is taken, one like it that is not."""
    while (kind, text.lower()) in taken:
        mark = f"{next(number)}"
        text = f"{mark}{text}" if len(text) + len(mark) <= 60 else f"{mark}{text[len(mark):]}"
    taken.add((kind, text.lower()))
    return text


def known(reference, key, value):
    """A reference in the same form to something that exists."""
    return {**reference, key: value} if isinstance(reference, dict) else value


def suit(body, segments, case):
    """What cannot be changed is sent as it is; persons have no friendly name, programs no first."""
    identifier = segments[1] if segments[1] == "me" else case.path_parameters["id"]
    answer = ask(f"{segments[0]}/{identifier}")
    if answer.status_code != 200:
        return
    thing = answer.json()
    for member in ("id", "user_id", "user_type", "access_scope", "status"):
        if member in body and member in thing:
            body[member] = thing[member]
    if segments[0] == "user":
        others = ["friendly_name"]
        if thing["user_type"] == "service":
            others = ["first_name", "last_name", "username", "phone"]
        for member in others:
            body.pop(member, None)
