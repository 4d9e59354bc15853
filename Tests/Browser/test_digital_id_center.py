"""The Digital ID Center, from the first click to a certificate that opens the private page."""

import subprocess
import unittest

from browser import Browser, BrowserTest, Mock

PHRASE = "analytical engine 1843"
REFUSED = ("status of 403", "status of 409", "status of 422", "status of 404")


class DigitalIDCenter(BrowserTest):
    """Each page is looked at where the flow comes by."""

    def show(self, browser, name):
        """Looks at the page that is there."""
        self.look(browser, f"center-{name}", REFUSED)

    def newest(self, mock, kind):
        """The newest mail of a kind."""
        return mock.ask("GET", f"/worlds/default/mailbox?kind={kind}")["mails"][0]

    def leads_to(self, browser, mock, mail):
        """Opens the address in a mail, by the name that the browser knows the mock by."""
        self.assertIn("/digital-id-center/requests/", mail["links"][0])
        browser.open(mail["links"][0].replace("127.0.0.1", "localhost"))

    def enrol(self, browser, mock, key_place="server", kind="rsa-2048"):
        """Fills in the form by its example, confirms, and has it approved."""
        center = f"{mock.control}/worlds/default/digital-id-center"
        browser.open(f"{center}/enrol")
        if browser.heading() == "Install CA":
            browser.go("I have installed the CA")
            browser.go("Enrol", browser.element("main .notice"))
        browser.click("Fill in an example")
        browser.go("Submit")
        self.assertEqual("Confirm your request", browser.heading())
        browser.click("Fill in an example")
        browser.fill(keyKind=kind, keyPlace=key_place)
        browser.go("Confirm")
        browser.go("Be the administrator and decide")
        browser.go("Approve")
        mail = self.newest(mock, "digital_id_approved")
        self.leads_to(browser, mock, mail)
        browser.fill(pin=mail["codes"][0])
        browser.go("Submit")
        self.assertEqual("Your certificate", browser.heading())

    def identity(self, browser, password):
        """The stored file, which opens by its password."""
        path = browser.download(".p12")
        answer = subprocess.run(
            ["openssl", "pkcs12", "-in", path, "-nokeys", "-passin", f"pass:{password}"],
            capture_output=True, check=False,
        )
        self.assertEqual(0, answer.returncode, answer.stderr)
        self.assertIn(b"CN = Ada Lovelace", answer.stdout)
        return path, password

    def test_whole_way(self):
        """Install CA, enrol, decide, receive, install, activate, renew, revoke."""
        with Mock() as mock, Browser(mock) as browser:
            center = f"{mock.control}/worlds/default/digital-id-center"
            browser.open(center)
            self.show(browser, "home-new")
            browser.go("Enrol", browser.element("main nav"))
            self.assertEqual("Install CA", browser.heading())
            self.show(browser, "install-ca")
            browser.go("I have installed the CA")
            self.show(browser, "install-ca-done")
            browser.go("Enrol", browser.element("main .notice"))
            self.show(browser, "enrol")
            browser.go("Submit")
            self.assertIn("Enter your first name.", browser.text())
            self.show(browser, "enrol-problems")
            browser.click("Fill in an example")
            browser.fill(comments="I am <script>alert(1)</script>\nand new here.")
            browser.go("Submit")
            self.show(browser, "confirm")
            browser.fill(email="somebody@example.com")
            browser.go("Confirm")
            self.assertIn("This is not the address above", browser.text())
            self.show(browser, "confirm-problem")
            browser.go("Change the request")
            self.assertEqual("Lovelace", browser.element("#lastName").get_attribute("value"))
            browser.fill(challenge=PHRASE)
            browser.go("Submit")
            browser.click("Fill in an example")
            browser.go("Confirm")
            self.assertIn("Check your email inbox", browser.text())
            self.show(browser, "pending")
            # Back is harmless: the request is confirmed.
            browser.back()
            browser.until(lambda _: browser.heading() != "", "nothing after going back")
            browser.open(self.newest(mock, "digital_id_acknowledged")["links"][0].replace(
                "127.0.0.1", "localhost"))
            request = browser.driver.current_url
            browser.open(f"{center}/administrator")
            self.assertIn("I am <script>alert(1)</script>", browser.text())
            self.show(browser, "administrator")
            browser.go("Decide")
            self.show(browser, "administrator-decide")
            browser.go("Reject")
            self.assertIn("Say why the request is rejected", browser.text())
            self.show(browser, "administrator-problem")
            browser.go("Approve")
            self.show(browser, "administrator-approved")
            self.receive(browser, mock, request)
            identity = self.install(browser, request)
            self.knock_early(mock, identity, request)
            self.activate(browser, mock, request)
            with Browser(mock, identity) as holder:
                holder.open(request)
                holder.go("Open the private page")
                self.assertIn("Welcome, Ada Lovelace", holder.text())
                self.show(holder, "private")
                before = holder.driver.current_url
                holder.go("Ask me again")
                self.assertIn("Welcome, Ada Lovelace", holder.text())
                self.assertNotEqual(before, holder.driver.current_url)
                self.owner(holder, mock, center)

    def receive(self, browser, mock, request):
        """Wrong PINs, the lock, another PIN, and the details."""
        browser.open(f"{request}")
        self.show(browser, "approved")
        browser.go("Enter the PIN")
        self.show(browser, "receive")
        for _ in range(5):
            browser.fill(pin="WRONG-WRONG")
            browser.go("Submit")
        self.assertIn("also for the right one", browser.text())
        self.show(browser, "receive-locked")
        browser.go("Be the administrator and unlock it")
        self.show(browser, "administrator-locked")
        browser.go("Unlock: the same PIN may be tried again")
        browser.go("Send another PIN")
        mail = self.newest(mock, "digital_id_approved")
        self.leads_to(browser, mock, mail)
        browser.fill(pin=mail["codes"][0].lower())
        browser.go("Submit")
        self.assertIn("CN=Ada Lovelace", browser.text())
        self.show(browser, "install")

    def install(self, browser, request):
        """The file and its password, shown once; made anew in 3DES for the older."""
        browser.go("Install")
        self.assertIn("shown once", browser.text())
        self.show(browser, "file")
        browser.driver.refresh()
        self.assertIn("is not shown again", browser.text())
        self.show(browser, "file-again")
        browser.go("Make it anew in 3DES and SHA-1")
        password = browser.element("#password").text
        browser.click("Download the .p12 file")
        identity = self.identity(browser, password)
        browser.go("How to bring it into a browser")
        self.show(browser, "help")
        browser.open(f"{request}/file")
        browser.go("I have file and password: go on")
        self.assertIn("not activated yet", browser.text())
        self.show(browser, "installed")
        return identity

    def knock_early(self, mock, identity, request):
        """What is not activated, and what is missing, opens nothing."""
        with Browser(mock, identity) as holder:
            holder.open(request)
            holder.go("Try the private page")
            self.assertEqual("This certificate is not activated yet", holder.heading())
            self.show(holder, "gate-not-activated")
        with Browser(mock) as stranger:
            stranger.open(request)
            stranger.go("Try the private page")
            self.assertEqual("Your browser presented no certificate", stranger.heading())
            self.show(stranger, "gate-nothing")

    def activate(self, browser, mock, request):
        """Support sets up the message queue, and activates."""
        browser.open(request)
        browser.go("Contact Support to activate it")
        browser.go("Be Support and activate it")
        self.show(browser, "support-request")
        browser.go("Activate")
        self.assertIn("There is no message queue for this local authority yet", browser.text())
        self.show(browser, "support-problem")
        browser.click("Fill in an example")
        browser.go("Activate")
        self.show(browser, "support-active")
        browser.go("Support", browser.element("main nav"))
        self.show(browser, "support")
        browser.open(f"{mock.control}/worlds/default/digital-id-center/administrator/messages")
        browser.click("Fill in an example")
        browser.go("Send")
        self.show(browser, "messages")
        self.assertEqual("ada@example.com", self.newest(mock, "digital_id_message")["to"])
        browser.open(request)
        self.show(browser, "active")

    def owner(self, browser, mock, center):
        """Search, renew with challenge phrase and PIN, revoke, and what is open then."""
        private = browser.driver.current_url
        browser.open(f"{center}/renew")
        browser.click("Fill in an example")
        browser.go("Search", browser.element("#search"))
        self.show(browser, "search")
        browser.go("Renew this one")
        browser.fill(challenge="difference engine")
        browser.go("Renew", browser.element("#renew"))
        self.assertIn("4 more tries are left", browser.text())
        self.show(browser, "renew")
        browser.fill(challenge=PHRASE)
        browser.go("Renew", browser.element("#renew"))
        self.show(browser, "renewal")
        mail = self.newest(mock, "digital_id_renewal")
        self.leads_to(browser, mock, mail)
        browser.fill(pin=mail["codes"][0])
        browser.go("Submit")
        browser.go("Install")
        browser.go("I have file and password: go on")
        self.assertIn("including renewals", browser.text())
        browser.open(f"{center}/revoke?name=ada")
        browser.go("Revoke this one", browser.driver.find_elements("css selector", ".grid .card")[1])
        browser.click("Fill in an example")
        browser.fill(reason="Key compromise")
        self.show(browser, "revoke")
        browser.go("Revoke this Certificate")
        self.assertIn("Key compromise", browser.text())
        self.show(browser, "certificate-revoked")
        browser.open(private)
        self.assertEqual("This certificate was revoked", browser.heading())
        self.show(browser, "gate-revoked")

    def test_rejection(self):
        """The comment of a rejection is mailed, and that is the end."""
        with Mock() as mock, Browser(mock) as browser:
            center = f"{mock.control}/worlds/default/digital-id-center"
            browser.open(f"{center}/install-ca")
            browser.go("I have installed the CA")
            browser.open(f"{center}/enrol")
            browser.click("Fill in an example")
            browser.go("Submit")
            browser.click("Fill in an example")
            browser.go("Confirm")
            browser.go("Be the administrator and decide")
            browser.fill(comment="Nobody knows you.")
            browser.go("Reject")
            mail = self.newest(mock, "digital_id_rejected")
            self.assertIn("Nobody knows you.", mail["body"])
            self.leads_to(browser, mock, mail)
            self.assertIn("You can’t receive a certificate", browser.text())
            self.show(browser, "rejected")

    def test_expired(self):
        """Time runs out for a PIN, and for a certificate, by the world's clock."""
        with Mock() as mock, Browser(mock) as browser:
            self.enrol(browser, mock, kind="p-256")
            request = browser.driver.current_url.removesuffix("/install")
            browser.go("Install")
            password = browser.element("#password").text
            browser.click("Download the .p12 file")
            identity = self.identity(browser, password)
            browser.open(f"{request.replace('/requests/', '/support/requests/')}")
            browser.click("Fill in an example")
            browser.go("Activate")
            center = f"{mock.control}/worlds/default/digital-id-center"
            browser.open(f"{center}/enrol")
            browser.click("Fill in an example")
            browser.go("Submit")
            browser.click("Fill in an example")
            browser.go("Confirm")
            browser.go("Be the administrator and decide")
            browser.go("Approve")
            mock.ask("POST", "/worlds/default/clock/advance", {"by": "400d"})
            self.leads_to(browser, mock, self.newest(mock, "digital_id_approved"))
            self.assertIn("has expired", browser.text())
            self.show(browser, "receive-expired")
            browser.open(request)
            self.show(browser, "expired")
            with Browser(mock, identity) as holder:
                holder.open(f"{center}")
                holder.go("The private page")
                self.assertEqual("This certificate has expired", holder.heading())
                self.show(holder, "gate-expired")

    def test_key_of_the_browser(self):
        """Keys of every kind are made in the browser, and their files open the private page."""
        with Mock() as mock, Browser(mock) as browser:
            for kind in ["rsa-2048", "p-256", "p-384"]:
                with self.subTest(kind):
                    self.enrol(browser, mock, "browser", kind)
                    request = browser.driver.current_url.removesuffix("/install")
                    if kind == "rsa-2048":
                        self.assertNotIn("this one cannot", browser.text())
                        self.show(browser, "install-browser")
                    browser.click("Make the key and install")
                    browser.until(
                        lambda _: browser.element("#browserPassword").text, "no password"
                    )
                    if kind == "rsa-2048":
                        self.show(browser, "install-browser-done")
                    identity = self.identity(browser, browser.element("#browserPassword").text)
                    browser.go("Go on: activate it")
                    browser.open(request.replace("/requests/", "/support/requests/"))
                    if "Message queue set up" in browser.text():
                        browser.click("Fill in an example")
                    browser.go("Activate")
                    with Browser(mock, identity) as holder:
                        holder.open(request)
                        holder.go("Open the private page")
                        self.assertIn("Welcome, Ada Lovelace", holder.text())


if __name__ == "__main__":
    unittest.main()
