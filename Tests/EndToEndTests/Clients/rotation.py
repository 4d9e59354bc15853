"""A year of certificates, renewed when the mailbox says so, in the time that the requests take.

Arguments: control=URL ca= folder=
The clock goes from event to event. At each reminder of 30 days the client takes a new certificate,
with the one that ends; the old one is disabled by an administrator or left to expire, in turn.
Prints how the year went; what is not as it should be ends the program with a traceback.
"""

import datetime

import arguments
from control import Caller, Process

BEGIN = datetime.datetime(2026, 1, 1)
LIFETIME = datetime.timedelta(days=61)
ME = "/user/me"


class Year:
    def __init__(self, given):
        self.given = given
        clock = {"now": moment(BEGIN), "frozen": True}
        self.world = Process(given.control).make("year", ports=True, clock=clock)
        self.admin = self.caller("api_url", key="ADMIN_API_TOKEN")
        self.user = self.admin.service_user("robot")
        self.renewals = self.disabled = self.expired = 0
        self.retired = {}
        robot = self.caller("api_url", key=self.user["token"])
        self.current, self.mutual = self.enroll(robot)

    def caller(self, address, **credential):
        return Caller(self.world.facts[address], self.given.ca, **credential)

    def enroll(self, caller):
        now = datetime.datetime.fromisoformat(self.world.ask("GET", "/clock")["now"][:-1])
        name = f"robot {now:%Y-%m-%d}"
        end = moment(now + LIFETIME)
        made, files = caller.enroll(self.given.folder, name, expiration_date=end)
        return made, self.caller("clientauth_url", files=files)

    def step(self):
        """Goes to the next event that concerns a certificate, and does what the mail asks for."""
        kinds = ["certificate_expiring", "certificate_expired"]
        happened = self.world.advance(to="next-event", kind=kinds)
        assert happened["events"], happened
        for event in happened["events"]:
            if event["kind"] == "certificate_expired":
                self.see_end(event)
        query = {"about": self.current["id"], "kind": "certificate_expiring"}
        mail = self.world.mails(**query)
        if mail and " 30 days" in mail[0]["subject"] + mail[0]["body"]:
            waited = self.world.ask("GET", "/mailbox/wait", params={**query, "timeout": "1s"})
            assert waited["about"] == self.current["id"], waited
            self.renew(happened["now"])
        assert self.mutual.ask("GET", ME)["id"] == self.user["id"]
        return happened["now"]

    def renew(self, now):
        old, before = self.current, self.mutual
        self.current, self.mutual = self.enroll(before)
        assert self.mutual.ask("GET", ME)["id"] == self.user["id"]
        self.retired[old["id"]] = (old, before)
        self.renewals += 1
        if self.renewals % 2:
            path = f"/client-auth-certificate/{old['id']}/enable"
            self.admin.ask("PUT", path, json={"enabled": False})
            self.see_refusal(old, before, f"was disabled at {now} by Ada Admin")
            self.disabled += 1

    def see_end(self, event):
        """A certificate is over: one that nobody disabled worked up to now."""
        self.expired += 1
        certificate, caller = self.retired[event["id"]]
        self.see_refusal(certificate, caller, f"expired at {event['end_date']}")

    def see_refusal(self, certificate, caller, words):
        """Answer, journal and explanation give the same reason."""
        answer = caller.send("GET", ME)
        assert answer.status_code == 403, answer.text
        reason = answer.headers["x-mock-reason"]
        number = certificate["serial_number"]
        assert f'certificate {number} ("{certificate["name"]}") {words}' in reason, reason
        query = {"certificate": number, "outcome": "refused"}
        entries = self.world.journal(kind="request", **query)
        assert entries[-1]["reason"] == reason, entries
        assert entries[-1]["request_id"] == answer.headers["x-request-id"], entries
        explanation = self.world.explain(answer)
        assert any(reason in words for words in explanation["sentences"]), explanation

    def verify(self):
        first = next(iter(self.retired.values()))[0]["serial_number"]
        expectations = [
            {"new_key": True},
            {"only_one_credential": True},
            {"request": {"status": "5xx"}, "never": True},
            {
                "request": {"method": "POST", "path": "/account/api/v1/client-auth-certificate"},
                "exactly": self.renewals + 1,
            },
        ]
        verdict = self.world.ask("POST", "/verify", json=expectations)
        assert verdict["passed"], verdict
        wrong = [{"never_used": {"certificate": first}}]
        verdict = self.world.ask("POST", "/verify", json=wrong)
        assert not verdict["passed"] and verdict["failures"][0]["entries"], verdict
        report = self.world.ask("GET", "/report")
        found = {check["id"]: check for check in report["checks"]}
        for name in ("new-key", "renewal", "one-credential"):
            assert found[name]["verdict"] == "good", found[name]


def moment(time):
    return time.isoformat() + "Z"


def main():
    year = Year(arguments.read())
    end = moment(BEGIN.replace(year=BEGIN.year + 1))
    while year.step() < end:
        pass
    year.verify()
    print(f"{year.renewals} renewals, {year.disabled} disabled, {year.expired} expired")


main()
