"""Forks, snapshots, resets and the end of worlds, with a thousand certificates.

Arguments: control=URL ca= folder= count=
Prints a line for each step; what is not as it should be ends the program with a traceback.
"""

import threading
import time

import requests
from cryptography.hazmat.primitives.asymmetric import ec

import arguments
from control import Caller, Process, files, request

ME = "/user/me"


class Copies:
    def __init__(self, given):
        self.given = given
        self.process = Process(given.control)
        clock = {"now": "2026-01-01T00:00:00Z", "frozen": True}
        self.origin = self.process.make("origin", ports=True, clock=clock)
        robot = Caller(self.origin.facts["api_url"], given.ca, key="SERVICE_USER_TOKEN")
        self.first, self.first_files = robot.enroll(given.folder, "first")
        self.fill(int(given.count) - 1)

    def fill(self, count):
        """Certificates of one key: what is counted is the world and not the client."""
        key = ec.generate_private_key(ec.SECP256R1())
        csr = request(key, "many")
        halves = [range(0, count, 2), range(1, count, 2)]
        problems = []

        def issue(numbers):
            robot = Caller(self.origin.facts["api_url"], self.given.ca, key="SERVICE_USER_TOKEN")
            try:
                for number in numbers:
                    order = {"csr": csr, "name": f"certificate {number}"}
                    made = robot.ask("POST", "/client-auth-certificate", 201, json=order)
                    if number == count - 1:
                        self.last = made
                        self.last_files = files(made, key, f"{self.given.folder}/last")
            except Exception as problem:
                problems.append(problem)

        threads = [threading.Thread(target=issue, args=(numbers,)) for numbers in halves]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not problems, problems

    def in_world(self, world):
        """What the world counts, and whether the old certificates open its gate."""
        for pair in (self.first_files, self.last_files):
            mutual = Caller(world.facts["clientauth_url"], self.given.ca, files=pair)
            answer = mutual.send("GET", ME)
            assert answer.status_code == 200, answer.headers
            assert answer.headers["x-mock-world"] == world.name
        return world.ask("GET")["certificates"]

    def admin(self, world):
        return Caller(world.facts["api_url"], self.given.ca, key="ADMIN_API_TOKEN")

    def fork(self):
        count = int(self.given.count)
        fork = self.process.make("fork", fork_of="origin", ports=True)
        assert self.in_world(fork) == count
        assert fork.ask("GET", "/client-ca.pem") == self.origin.ask("GET", "/client-ca.pem")
        # What is done to the fork, the origin does not see.
        path = f"/client-auth-certificate/{self.first['id']}"
        self.admin(fork).ask("DELETE", path, 204)
        robot = Caller(fork.facts["api_url"], self.given.ca, key="SERVICE_USER_TOKEN")
        made, new = robot.enroll(self.given.folder, "only in the fork")
        assert self.in_world(self.origin) == count
        mutual = Caller(self.origin.facts["clientauth_url"], self.given.ca, files=new)
        answer = mutual.send("GET", ME)
        assert answer.status_code == 403, answer.text
        # Its certificate leads to it on the common address.
        common = self.origin.facts["addresses"]["common"]["clientauth_url"]
        mutual = Caller(common, self.given.ca, files=new)
        assert mutual.send("GET", ME).headers["x-mock-world"] == "fork"
        # Where a fork begins it comes back to.
        fork.ask("POST", "/reset")
        assert self.in_world(fork) == count
        own = self.process.make("own", fork_of="origin", ca="own", ports=True)
        assert own.ask("GET", "/client-ca.pem") != self.origin.ask("GET", "/client-ca.pem")
        own.ask("DELETE", status=204)
        print("fork")

    def snapshot(self):
        world = self.process.make("kept", fork_of="origin", ports=True)
        authority = world.ask("GET", "/client-ca.pem")
        world.ask("PUT", "/snapshots/before", 201)
        before = world.ask("GET", "/clock")["now"]
        world.advance(by="500d")
        mutual = Caller(world.facts["clientauth_url"], self.given.ca, files=self.first_files)
        assert "expired" in mutual.send("GET", ME).headers["x-mock-reason"]
        self.admin(world).service_user("later")
        world.ask("POST", "/snapshots/before/restore")
        assert world.ask("GET", "/clock")["now"] == before
        assert self.in_world(world) == int(self.given.count)
        assert world.ask("GET")["users"] == 3
        assert world.ask("GET", "/client-ca.pem") == authority
        # As one file it begins another world, here or in another process.
        url = f"{self.given.control}/worlds/kept/snapshots/before/file"
        file = requests.get(url, timeout=60).content
        assert file.startswith(b"SQLite format 3")
        other = self.process.make("other", ports=True)
        answer = requests.put(
            f"{self.given.control}/worlds/other/snapshots/brought/file",
            data=file,
            headers={"content-type": "application/vnd.sqlite3"},
            timeout=60,
        )
        assert answer.status_code == 201, answer.text
        other.ask("POST", "/snapshots/brought/restore")
        assert self.in_world(other) == int(self.given.count)
        begun = self.process.make("begun", snapshot="before", snapshot_of="kept", ports=True)
        assert self.in_world(begun) == int(self.given.count)
        names = [kept["name"] for kept in world.ask("GET", "/snapshots")["snapshots"]]
        assert names == ["before"], names
        world.ask("DELETE", "/snapshots/before", 204)
        world.ask("POST", "/snapshots/before/restore", 404)
        print("snapshot")

    def reset(self):
        self.origin.ask("POST", "/reset")
        facts = self.origin.ask("GET")
        assert (facts["certificates"], facts["users"]) == (0, 3), facts
        mutual = Caller(self.origin.facts["clientauth_url"], self.given.ca, files=self.first_files)
        assert mutual.send("GET", ME).status_code == 403
        print("reset")

    def expire(self):
        world = self.process.make("brief", expires_after_idle="1s")
        kept = self.process.make("lasting", expires_after_idle="1h")
        end = time.monotonic() + 20
        names = ["brief"]
        while "brief" in names and time.monotonic() < end:
            time.sleep(0.2)
            names = [known["name"] for known in self.process.ask("GET", "/worlds")["worlds"]]
        assert "brief" not in names and "lasting" in names, names
        world.ask("GET", status=404)
        kept.ask("DELETE", status=204)
        print("expire")


def main():
    copies = Copies(arguments.read())
    print("filled")
    copies.fork()
    copies.snapshot()
    copies.reset()
    copies.expire()


main()
