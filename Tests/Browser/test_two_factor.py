"""The two-factor sign-in, from the administrator's requirement to the handshake and its errors."""

import json
import subprocess
import unittest

from browser import Browser, BrowserTest, Mock

PASSWORD = "example-p12-password"
REFUSED = ["the server responded with a status of 4"]


class TwoFactor(BrowserTest):
    """Two people, and for each certificate a browser that has never seen another."""

    def page(self, mock, path=""):
        """The address of a page."""
        return f"{mock.control}/worlds/default/two-factor{path}"

    def require(self, browser, mock):
        """The administrator requires a certificate of Vera Viewer."""
        browser.open(self.page(mock, "/settings"))
        form = browser.element("#requirement")
        browser.click("Fill in an example", form)
        browser.go("Create Requirement", form)
        self.assertIn("The requirement was created", browser.text())

    def sign_in(self, browser, mock):
        """Vera gives her password."""
        browser.open(self.page(mock, "/sign-in"))
        browser.click("Fill in an example")
        browser.go("Sign in")

    def generate(self, browser):
        """Vera has a certificate generated and saves the file."""
        browser.click("Fill in an example")
        browser.go("Generate Certificate")
        self.assertEqual("Client certificate", browser.heading())
        browser.click("Save client-certificate.p12")
        return browser.download(".p12")

    def reset(self, browser, mock):
        """The administrator resets Vera's certificate."""
        browser.open(self.page(mock, "/settings"))
        browser.driver.execute_script("window.confirm = () => true")
        browser.go("Reset the client certificate of Vera Viewer")
        self.assertIn("The certificate is invalid now", browser.text())

    def curl(self, mock, browser, file, password):
        """What a program gets for the link that the page shows."""
        link = browser.element("#present").get_attribute("href")
        port = mock.ready["clientauth_url"].rsplit(":", 1)[1]
        answer = subprocess.run(
            [
                "curl", "--silent", "--show-error", "--cacert", mock.ready["ca_file"],
                "--connect-to", f"::127.0.0.1:{port}", "--cert-type", "P12",
                "--cert", f"{file}:{password}", link,
            ],
            capture_output=True, check=True,
        )
        return answer.stdout.decode()

    def test_whole_life(self):
        """Require, generate, import, present, reset, and generate again."""
        with Mock() as mock:
            with Browser(mock) as browser:
                browser.open(self.page(mock, "/settings"))
                self.look(browser, "two-factor-settings-empty")
                self.require(browser, mock)
                self.look(browser, "two-factor-settings")
                browser.open(self.page(mock, "/sign-in"))
                self.look(browser, "two-factor-sign-in")
                self.sign_in(browser, mock)
                self.assertEqual(
                    "Two-Factor Authentication Client Certificate Initialization",
                    browser.heading(),
                )
                self.look(browser, "two-factor-initialization")
                browser.go("Generate Certificate")
                self.assertIn("Choose a password.", browser.text())
                self.look(browser, "two-factor-initialization-errors", REFUSED)
                first = self.generate(browser)
                self.look(browser, "two-factor-certificate")
                browser.back()
                browser.open(self.page(mock, "/initialization"))
                self.assertEqual("Client certificate", browser.heading())
                # This browser has no certificate: it is told so, and asked again.
                browser.go("Present my certificate")
                self.assertEqual("Certificate error", browser.heading())
                self.assertIn("presented no certificate", browser.text())
                self.look(browser, "two-factor-error-none", REFUSED)
                browser.go("Ask me again")
                browser.until(
                    lambda _: browser.heading() == "Certificate error"
                    and "The last certificate was refused" in browser.text(),
                    "the sign-in does not go on",
                )
                self.look(browser, "two-factor-certificate-error")
                browser.go("Ask me again")
                browser.open(self.page(mock, "/import"))
                self.look(browser, "two-factor-import")
                browser.open(self.page(mock, "/lost"))
                self.assertIn("admin@example.com", browser.text())
                self.look(browser, "two-factor-lost")
                second = self.second_life(browser, mock, first)
            with Browser(mock, (second, PASSWORD)) as browser:
                self.sign_in(browser, mock)
                browser.go("Present my certificate")
                self.assertEqual("Signed in", browser.heading())
            mail = mock.ask("GET", "/worlds/default/mailbox?kind=client_certificate_reset")
            self.assertEqual(self.page(mock, "/sign-in").split("/", 3)[3],
                             mail["mails"][0]["links"][0].split("/", 3)[3])

    def second_life(self, administrator, mock, first):
        """Signs in with the first certificate, resets it, and generates the second."""
        with Browser(mock, (first, PASSWORD)) as browser:
            self.sign_in(browser, mock)
            browser.go("Present my certificate")
            self.assertEqual("Signed in", browser.heading())
            self.assertIn("Vera Viewer", browser.text())
            self.look(browser, "two-factor-gate-signed-in")
            browser.go("Back to my account")
            browser.until(
                lambda _: "You are signed in as Vera Viewer" in browser.text(),
                "the sign-in is forgotten",
            )
            self.look(browser, "two-factor-signed-in")
            self.reset(administrator, mock)
            self.look(administrator, "two-factor-settings-reset")
            browser.open(self.page(mock, "/signed-in"))
            self.assertEqual("Sign in to your account", browser.heading())
            self.sign_in(browser, mock)
            second = self.generate(browser)
            second = second.rename(mock.folder / "second.p12")
            # It still offers the old one.
            browser.go("Present my certificate")
            self.assertIn("This is your old certificate", browser.text())
            self.look(browser, "two-factor-error-reset", REFUSED)
            return second

    def test_certificates_that_do_not_count(self):
        """Disabled and expired by the world's clock in a browser, foreign ones by a program."""
        with Mock() as mock, Browser(mock) as person:
            self.require(person, mock)
            self.sign_in(person, mock)
            file = self.generate(person)
            page = self.curl(mock, person, self.foreign(person.home), "foreign")
            self.assertIn("This certificate was not issued here.", page)
            self.assertIn("really expired", page)
            with Browser(mock, (file, PASSWORD)) as browser:
                self.sign_in(browser, mock)
                self.switch(mock, False)
                browser.go("Present my certificate")
                self.assertIn("Your certificate was disabled", browser.text())
                self.look(browser, "two-factor-error-disabled", REFUSED)
                self.switch(mock, True)
                mock.ask("POST", "/worlds/default/clock/advance", {"by": "400d"})
                self.sign_in(browser, mock)
                browser.go("Present my certificate")
                self.assertIn("Your certificate expired on", browser.text())
                self.look(browser, "two-factor-error-expired", REFUSED)

    def foreign(self, folder):
        """A certificate of somebody else's CA that expired long ago."""
        key, request = folder / "f.key", folder / "f.csr"
        certificate, file = folder / "f.pem", folder / "f.p12"
        for command in [
            [
                "openssl", "req", "-new", "-newkey", "rsa:2048", "-nodes", "-keyout", key,
                "-subj", "/CN=Somebody", "-out", request,
            ],
            [
                "openssl", "x509", "-req", "-in", request, "-signkey", key, "-days", "-1",
                "-out", certificate,
            ],
            [
                "openssl", "pkcs12", "-export", "-inkey", key, "-in", certificate, "-out", file,
                "-passout", "pass:foreign",
            ],
        ]:
            subprocess.run(command, check=True, capture_output=True)
        return file

    def switch(self, mock, is_enabled):
        """An administrator's program disables or enables Vera's certificate."""
        api = mock.ready["api_url"] + "/account/api/v1/client-auth-certificate"
        vera = "5b0c2f4e-7d36-4d1b-8a5e-3f9c61d7a210"
        curl = [
            "curl", "--silent", "--fail", "--cacert", mock.ready["ca_file"],
            "--header", "x-api-key: ADMIN_API_TOKEN", "--header", "content-type: application/json",
        ]
        listed = subprocess.run(
            [*curl, f"{api}?user_id={vera}"], capture_output=True, check=True
        ).stdout
        for certificate in json.loads(listed):
            subprocess.run(
                [
                    *curl, "--request", "PUT", "--data", json.dumps({"enabled": is_enabled}),
                    f"{api}/{certificate['id']}/enable",
                ],
                capture_output=True, check=True,
            )


if __name__ == "__main__":
    unittest.main()
