"""Many tests at one time, each with a world of its own.

Arguments: control=URL ca= folder= count=
Every test makes the same users, tokens and certificates by the same names, and must find its own
and nothing else. They reach their worlds in four ways. Prints a line for what all of them did;
whatever a test finds wrong ends the program with a traceback.
"""

import datetime
import os
import socket
import threading
import traceback

import arguments
from control import BASE, Caller, Process

WAYS = ["ports", "suffix", "credential", "name"]
UNAVAILABLE = {"match": {"path": BASE + "/role"}, "action": {"status": 503}}


class Test(threading.Thread):
    """One test with its world."""

    def __init__(self, number, given, together):
        super().__init__(daemon=True)
        self.number = number
        self.way = WAYS[number % len(WAYS)]
        self.agent = f"test-{number}"
        self.given = given
        self.together = together
        self.folder = f"{given.folder}/{number}"
        self.failure = None

    def run(self):
        try:
            self.live()
        except BaseException:
            self.failure = traceback.format_exc()
            self.together.abort()

    def caller(self, **credential):
        """Somebody who reaches the world in this test's way."""
        addresses = self.world.facts["addresses"]
        addresses = addresses["common" if self.way in ("suffix", "credential") else self.way]
        kind = "clientauth_url" if "files" in credential else "api_url"
        return Caller(addresses[kind], self.given.ca, agent=self.agent, **credential)

    def live(self):
        os.mkdir(self.folder)
        self.begin = datetime.datetime(2026, 1, 1) + datetime.timedelta(days=self.number)
        self.world = Process(self.given.control).make(
            f"t{self.number}",
            ports=self.way == "ports",
            clock={"now": self.at(0), "frozen": True},
        )
        key = "ADMIN_API_TOKEN"
        if self.way in ("suffix", "credential"):
            key += self.world.facts["token_suffix"]
        self.admin = self.caller(key=key)
        if self.way == "credential":
            # From here on nothing but what was made in the world leads to it.
            me = self.admin.ask("GET", "/user/me")["id"]
            order = {"name": "made", "user_id": me}
            made = self.admin.ask("POST", "/api-access-token", 201, json=order)
            self.admin = self.caller(key=made["token"])
        self.make()
        self.together.wait()
        self.look()
        self.move()
        self.together.wait()
        self.watch()
        self.together.wait()
        self.leave()

    def at(self, days):
        return (self.begin + datetime.timedelta(days=days)).isoformat() + "Z"

    def make(self):
        self.user = self.admin.service_user("robot")
        self.robot = self.caller(key=self.user["token"])
        made = [self.robot.enroll(self.folder, f"certificate {n}") for n in (1, 2)]
        self.certificates = [certificate for certificate, _ in made]
        self.mutual = self.caller(files=made[0][1])
        if self.number % 2:
            self.world.ask("POST", "/faults", 201, json=UNAVAILABLE)

    def look(self):
        """Everything that is there is this test's."""
        robots = self.admin.ask("GET", "/user?user_type=service")
        robots = [user for user in robots if user["friendly_name"] == "robot"]
        assert [user["id"] for user in robots] == [self.user["id"]], robots
        assert len(self.admin.ask("GET", "/user")) == 4
        found = self.robot.ask("GET", "/client-auth-certificate")
        ids = {certificate["id"] for certificate in found}
        assert ids == {certificate["id"] for certificate in self.certificates}, found
        begins = {certificate["start_date"] for certificate in found}
        assert begins == {self.at(0)}, found
        tokens = self.robot.ask("GET", f"/api-access-token?user_id={self.user['id']}")
        assert len(tokens) == 1, tokens
        for caller in (self.robot, self.mutual):
            me = caller.send("GET", "/user/me")
            assert me.headers["x-mock-world"] == self.world.name, me.headers
            assert me.json()["id"] == self.user["id"], me.text
        status = 503 if self.number % 2 else 200
        self.admin.ask("GET", "/role?application_code=account_manager", status)

    def move(self):
        """Its clock is its own: a certificate ends on its day, and in no other world."""
        happened = self.world.advance(to="next-event", kind="certificate_expired")
        expired = [event for event in happened["events"] if event["kind"] == "certificate_expired"]
        assert {event["id"] for event in expired} == {c["id"] for c in self.certificates}, happened
        self.now = happened["now"]
        refused = self.mutual.send("GET", "/user/me")
        assert refused.status_code == 403, refused.text
        assert "expired" in refused.headers["x-mock-reason"], refused.headers
        made = self.admin.service_user("late robot")
        assert made["created_at"] == self.now, (made, self.now)

    def watch(self):
        """Journal and mailbox tell of this test alone."""
        entries = self.world.journal(kind="request")
        assert len(entries) > 10
        for entry in entries:
            headers = {h["name"]: h["value"] for h in entry["request"]["headers"]}
            assert headers["user-agent"] == self.agent, (self.agent, entry)
        own = {self.user["id"]} | {certificate["id"] for certificate in self.certificates}
        mails = self.world.mails()
        assert {m["kind"] for m in mails} >= {"service_user_created", "certificate_expiring"}, mails
        for mail in mails:
            is_late = mail["created_at"] == self.now and mail["kind"] == "service_user_created"
            assert mail["about"] in own or is_late, (own, mail)
        assert len([m for m in mails if m["kind"] == "service_user_created"]) == 2, mails

    def leave(self):
        self.world.ask("POST", "/reset")
        assert self.world.ask("GET", "/clock")["now"] == self.at(0)
        self.robot.ask("GET", "/user/me", 401)
        assert self.mutual.send("GET", "/user/me").status_code == 403
        assert self.world.mails() == []
        assert self.world.ask("GET", "/faults")["faults"] == []
        assert self.world.ask("GET")["users"] == 3
        self.world.ask("DELETE", status=204)
        self.world.ask("GET", status=404)
        if self.way == "suffix":
            gone = self.admin.send("GET", "/user/me")
            assert gone.status_code == 401, gone.text
            advice = f'POST /worlds {{"name":"{self.world.name}"}}'
            assert advice in gone.headers["x-mock-reason"], gone.headers


def main():
    given = arguments.read()
    look_up = socket.getaddrinfo

    def local(host, *rest, **options):
        # Not every machine knows the names below localhost.
        return look_up("127.0.0.1" if host.endswith("localhost") else host, *rest, **options)

    socket.getaddrinfo = local
    count = int(given.count)
    together = threading.Barrier(count)
    tests = [Test(number, given, together) for number in range(count)]
    for test in tests:
        test.start()
    for test in tests:
        test.join()
    failures = [test.failure for test in tests if test.failure]
    # Who waited for one that failed has nothing to say.
    failures.sort(key=lambda failure: "BrokenBarrierError" in failure)
    assert not failures, f"{len(failures)} of {count} tests failed\n{failures[0]}"
    left = Process(given.control).ask("GET", "/worlds")["worlds"]
    assert [world["name"] for world in left] == ["default"], left
    assert Process(given.control).ask("GET", "/worlds/default")["users"] == 3
    print(f"{count} tests, {len(WAYS)} ways")


main()
