"""The console, as a person walks through it."""

import json
import subprocess
import unittest

from browser import Browser, BrowserTest, Mock
from selenium.webdriver.common.by import By

TOKEN = "SERVICE_USER_TOKEN"
TABS = [
    "Home", "Journal", "Users", "Certificates", "Worlds", "Clock", "Faults", "Mailbox",
    "Audit log", "Snapshots", "Tour",
]


class Console(BrowserTest):
    """Every page of the console, and what can be done on it."""

    def open(self, browser, mock, path=""):
        browser.open(f"{mock.control}/worlds/default/console{path}")

    def test_tabs(self):
        """Each tab is reached by its link, and is fit to be seen in both sizes."""
        with Mock() as mock, Browser(mock) as browser:
            browser.open(mock.control + "/")
            self.assertEqual("Console", browser.heading())
            for tab in TABS:
                browser.go(tab, browser.element("nav.tabs"))
                self.assertEqual(tab, browser.element("nav.tabs [aria-current]").text)
                self.rest(browser)
                for details in browser.driver.find_elements(By.TAG_NAME, "summary"):
                    browser.driver.execute_script("arguments[0].parentNode.open = true", details)
                self.look(browser, "console-" + tab.lower().replace(" ", "-"))

    @staticmethod
    def rest(browser):
        """Waits until what moves on the page is no longer counted against it."""
        browser.until(
            lambda driver: driver.execute_script("return performance.now()") > 2000, "no time"
        )

    def test_tour(self):
        """The tour ends with 200, disabled, 403, enabled, 200, and shows each handshake."""
        with Mock() as mock, Browser(mock) as browser:
            self.open(browser, mock, "/tour")
            browser.go("Begin")
            for button in [
                "Make key and request", "Send the request", "Look at the certificate",
                "Make the PKCS#12 file", "Call with the certificate alone", "Disable it",
                "Call again", "Enable it", "Call once more",
            ]:
                browser.go(button)
            text = browser.text()
            self.assertIn("That was it", text)
            statuses = browser.driver.find_elements(By.CSS_SELECTOR, "section.step h2 .badge")
            self.assertEqual(
                ["201", "200", "200", "403", "200", "200"], [badge.text for badge in statuses]
            )
            self.assertIn("TLSv1.3", text)
            self.assertIn("Presented: CN=Guided tour", text)
            self.assertIn("disabled", text)
            self.look(browser, "console-tour-end")
            # A form of the past, sent again by the back button, does nothing.
            browser.back()
            browser.open(browser.driver.current_url)
            self.assertIn("That was it", browser.text())

    def test_journal(self):
        """A request appears while one looks, and its entry says why it was refused."""
        with Mock() as mock, Browser(mock) as browser:
            self.open(browser, mock, "/journal")
            browser.until(lambda _: "Live" in browser.text(), "the journal is not live")
            self.rest(browser)
            self.ask(mock, "clientauth_url")
            browser.until(
                lambda _: "/account/api/v1/user/me" in browser.text(), "no request appears"
            )
            self.look(browser, "console-journal-live")
            rows = browser.driver.find_elements(By.CSS_SELECTOR, "#journal tbody a")
            browser.open(rows[0].get_attribute("href"))
            self.assertIn("It presented no certificate", browser.text())
            self.look(browser, "console-journal-entry")

    def ask(self, mock, name):
        """A request that has neither token nor certificate."""
        trust = mock.folder / "ca.pem"
        trust.write_bytes(mock.file("/ca.pem"))
        url = mock.ready[name] + "/account/api/v1/user/me"
        subprocess.run(
            ["curl", "--silent", "--cacert", str(trust), url], capture_output=True, check=True
        )

    def test_certificate(self):
        """A certificate made here opens the gate in a browser until it is disabled."""
        with Mock() as mock:
            with Browser(mock) as browser:
                identity = self.make_certificate(browser, mock)
                with Browser(mock, identity) as other:
                    gate = "https://clientauth.default.localhost:"
                    gate += mock.ready["clientauth_url"].rsplit(":", 1)[1]
                    other.open(gate + "/account/api/v1/user/me")
                    self.assertEqual("service", json.loads(other.text())["user_type"])
                    self.open(browser, mock, "/certificates")
                    browser.go("Disable My laptop")
                    self.assertIn("refused from now on", browser.text())
                    other.open(gate + "/account/api/v1/user/me")
                    self.assertIn("AUTHORIZATION_ERROR", other.text())
                    browser.go("Enable My laptop")
                    other.open(gate + "/account/api/v1/user/me")
                    self.assertEqual("service", json.loads(other.text())["user_type"])
                browser.go("My laptop")
                self.assertIn("X509v3 Extended Key Usage", browser.text())
                self.look(browser, "console-certificate")

    def make_certificate(self, browser, mock):
        self.open(browser, mock, "/users")
        browser.go("Example service user")
        browser.click("Make a certificate with a new key")
        browser.click("Fill in an example", browser.element("#new-certificate"))
        self.look(browser, "console-user")
        browser.go("Make it", browser.element("#new-certificate"))
        password = browser.element("#secret").text
        self.assertEqual(24, len(password))
        self.look(browser, "console-pickup")
        browser.click("Download client.p12")
        identity = (browser.download(".p12"), password)
        browser.driver.refresh()
        self.assertNotIn(password, browser.text())
        return identity

    def test_steering(self):
        """Clock, faults, mailbox, audit log, snapshots and worlds do what their buttons say."""
        with Mock() as mock, Browser(mock) as browser:
            self.make_certificate(browser, mock)
            self.open(browser, mock, "/snapshots")
            browser.fill(name="before")
            browser.go("Save")
            self.open(browser, mock, "/clock")
            browser.go("+ 1 year")
            self.assertIn("entered its last 7 days", browser.text())
            self.look(browser, "console-clock-moved")
            browser.go("Freeze it")
            self.assertIn("stands still", browser.text())
            self.open(browser, mock, "/mailbox")
            self.assertIn("certificate expiring", browser.text())
            browser.driver.find_element(By.CSS_SELECTOR, "tbody a").click()
            self.look(browser, "console-mail")
            self.open(browser, mock, "/faults")
            browser.go("Add", browser.element("[aria-labelledby=preset-title]"))
            self.assertIn("The rule is in force", browser.text())
            self.look(browser, "console-faults-rule")
            self.open(browser, mock, "/audit")
            self.assertIn("Console of mock-digicert-one", browser.text())
            self.look(browser, "console-audit-entries")
            self.open(browser, mock, "/snapshots")
            self.look(browser, "console-snapshots-kept")
            self.confirm(browser, "Restore before")
            self.assertIn("when the snapshot was made", browser.text())
            self.open(browser, mock, "/faults")
            self.assertIn("everything works as it should", browser.text())

    def confirm(self, browser, text):
        """Clicks what asks a question first, and says yes."""
        before = browser.find(text)
        browser.click(text)
        browser.driver.switch_to.alert.accept()
        browser.until(lambda _: self.is_gone(before), f"no new page after {text}")

    @staticmethod
    def is_gone(element):
        try:
            element.is_enabled()
            return False
        except Exception:
            return True

    def test_worlds(self):
        """A world is made, left and deleted; to start over brings it back."""
        with Mock() as mock, Browser(mock) as browser:
            self.open(browser, mock, "/worlds")
            browser.fill(name="No Name")
            browser.go("Make it")
            self.assertIn("No world was made", browser.text())
            self.look(browser, "console-worlds-error", ["400"])
            browser.fill(name="stage")
            browser.go("Make it")
            self.assertIn("World stage", browser.text())
            self.assertIn("SERVICE_USER_TOKEN.stage", browser.text())
            browser.go("Worlds")
            browser.go("Switch to default")
            self.confirm(browser, "Start over")
            self.assertIn("as it was in the beginning", browser.text())
            browser.go("Worlds")
            self.confirm(browser, "Delete stage")
            self.assertIn("The world is gone", browser.text())

    def test_import(self):
        """A snapshot's file becomes a snapshot again."""
        with Mock() as mock, Browser(mock) as browser:
            mock.ask("PUT", "/worlds/default/snapshots/first", {})
            path = mock.folder / "world.sqlite"
            path.write_bytes(mock.file("/worlds/default/snapshots/first/file"))
            self.open(browser, mock, "/snapshots")
            browser.element("#file").send_keys(str(path))
            browser.go("Import")
            self.assertIn("is a snapshot of this world now", browser.text())
            browser.find("Restore world")


if __name__ == "__main__":
    unittest.main()
