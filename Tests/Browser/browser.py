"""A mock, and a real Chromium in front of it: what every script in this folder begins with.

The browser runs in a mount namespace of its own, where /etc/chromium is a folder of the test: so it
has a managed policy that chooses client certificates, and the machine's own browser has none.
"""

import base64
import json
import os
import shutil
import signal
import subprocess
import tempfile
import unittest
from pathlib import Path

from selenium import webdriver
from selenium.webdriver.chrome.options import Options
from selenium.webdriver.chrome.service import Service
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import Select, WebDriverWait

ROOT = Path(__file__).resolve().parents[2]
OUTPUT = Path(os.environ.get("BROWSER_OUTPUT") or ROOT / ".build" / "browser")
AXE = os.environ.get("BROWSER_AXE")

SIZES = {"phone": (375, 812), "desk": (1440, 900)}
WAIT_SECONDS = 30


class Mock:
    """The program, with a state of its own on free ports; it ends with the block."""

    def __init__(self, *options):
        self.folder = Path(tempfile.mkdtemp(prefix="mock-browser-"))
        command = [
            os.environ["MOCK_BINARY"], "serve", "--ephemeral", "--api-port", "0",
            "--clientauth-port", "0", "--control-port", "0", *options,
        ]
        with (self.folder / "log").open("wb") as log:
            self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log)
        line = self.process.stdout.readline().decode()
        if not line.startswith("ready "):
            raise AssertionError((self.folder / "log").read_text("utf-8"))
        self.ready = json.loads(line.removeprefix("ready "))
        self.control = self.ready["control_url"].replace("127.0.0.1", "localhost")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.process.send_signal(signal.SIGTERM)
        self.process.wait(WAIT_SECONDS)
        self.process.stdout.close()
        shutil.rmtree(self.folder)

    def ask(self, method, path, body=None):
        """Asks the control listener as a program would, and returns its JSON."""
        command = ["curl", "--silent", "--show-error", "--fail-with-body", "--request", method]
        if body is not None or method == "POST":
            command += ["--header", "content-type: application/json"]
            command += ["--data-binary", json.dumps(body) if body is not None else ""]
        answer = subprocess.run(
            [*command, self.control + path], capture_output=True, check=False
        )
        if answer.returncode:
            raise AssertionError(f"{method} {path}: {answer.stderr!r} {answer.stdout!r}")
        return json.loads(answer.stdout) if answer.stdout else None

    def file(self, path):
        """A file of the control listener."""
        answer = subprocess.run(
            ["curl", "--silent", "--fail", self.control + path], capture_output=True, check=True
        )
        return answer.stdout


class Browser:
    """A Chromium with a profile that nobody used before; it ends with the block.

    `identity` is a PKCS#12 file and its password: the certificate that the browser offers wherever
    it is asked below localhost. Browsers remember their choice, so each certificate has its own.
    """

    def __init__(self, mock, identity=None):
        self.home = Path(tempfile.mkdtemp(prefix="browser-"))
        self.downloads = self.home / "downloads"
        self.downloads.mkdir()
        self._trust(mock, identity)
        policies = self.home / "etc" / "policies" / "managed"
        policies.mkdir(parents=True)
        choice = json.dumps({"pattern": "https://[*.]localhost", "filter": {}})
        (policies / "policy.json").write_text(
            json.dumps({"AutoSelectCertificateForUrls": [choice]}), "utf-8"
        )
        options = Options()
        options.binary_location = "/usr/bin/chromium"
        for argument in [
            "--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
            "--no-first-run", "--disable-background-networking", "--disable-component-update",
            f"--user-data-dir={self.home / 'profile'}", "--lang=en",
        ]:
            options.add_argument(argument)
        options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
        options.add_experimental_option(
            "prefs",
            {
                "download.default_directory": str(self.downloads),
                "download.prompt_for_download": False,
                "safebrowsing.enabled": False,
            },
        )
        service = Service(self._driver(), env=dict(os.environ, HOME=str(self.home)))
        self.driver = webdriver.Chrome(service=service, options=options)
        self.driver.set_page_load_timeout(WAIT_SECONDS)
        self.resize("desk")

    def _trust(self, mock, identity):
        database = self.home / ".pki" / "nssdb"
        database.mkdir(parents=True)
        database = f"sql:{database}"
        _run("certutil", "-N", "-d", database, "--empty-password")
        trusted = self.home / "ca.pem"
        trusted.write_bytes(mock.file("/ca.pem"))
        _run(
            "certutil", "-A", "-d", database, "-n", "mock", "-t", "C,,", "-i", str(trusted)
        )
        if identity:
            path, password = identity
            _run("pk12util", "-d", database, "-i", str(path), "-W", password, "-K", "")

    def _driver(self):
        """A chromedriver that sees the test's policy; a namespace goes with its last process."""
        script = self.home / "chromedriver"
        user = [] if os.getuid() == 0 else ["--user", "--map-root-user"]
        enter = " ".join(["unshare", *user, "--mount"])
        script.write_text(
            f'#!/bin/sh\nexec {enter} sh -c \'mkdir -p /etc/chromium; mount --bind "$0" '
            f'/etc/chromium && exec chromedriver "$@"\' "{self.home / "etc"}" "$@"\n',
            "utf-8",
        )
        script.chmod(0o700)
        return str(script)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.driver.quit()
        shutil.rmtree(self.home, ignore_errors=True)

    # What a person does.

    def open(self, url):
        """Types an address."""
        self.driver.get(url)

    def resize(self, size):
        """Makes the window a telephone's or a desk's."""
        width, height = SIZES[size]
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False},
        )

    def click(self, text, within=None):
        """Clicks the link or button that says so, and waits until another page is there."""
        element = self.find(text, within)
        self.driver.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        before = self.driver.find_element(By.TAG_NAME, "html").id
        element.click()
        return before

    def go(self, text, within=None):
        """Clicks what leads to another page, and waits for that page."""
        before = self.click(text, within)
        self.until(
            lambda driver: driver.find_element(By.TAG_NAME, "html").id != before
            and driver.execute_script("return document.readyState") == "complete",
            f"no new page after a click on {text}",
        )

    def find(self, text, within=None):
        """The link, button or summary that says exactly this."""
        scope = within or self.driver
        quoted = json.dumps(text)
        path = (
            f".//*[self::a or self::button or self::summary][normalize-space()={quoted}"
            f" or @aria-label={quoted}]"
        )
        found = [element for element in scope.find_elements(By.XPATH, path) if element.is_displayed()]
        if not found:
            raise AssertionError(f"nothing to click says {text!r} on:\n{self.text()}")
        return found[0]

    def fill(self, **fields):
        """Fills in fields by their names; True and False tick, a select takes its value."""
        for name, value in fields.items():
            element = self.driver.find_element(By.NAME, name)
            if isinstance(value, bool):
                if element.is_selected() != value:
                    element.click()
            elif element.tag_name == "select":
                Select(element).select_by_value(value)
            elif element.get_attribute("type") == "radio":
                self.driver.find_element(
                    By.CSS_SELECTOR, f'input[name="{name}"][value="{value}"]'
                ).click()
            else:
                element.clear()
                element.send_keys(value)

    def back(self):
        """Presses the back button."""
        self.driver.back()

    # What a person sees.

    def text(self):
        """What stands on the page."""
        return self.driver.find_element(By.TAG_NAME, "body").text

    def heading(self):
        """The heading of the page."""
        return self.driver.find_element(By.TAG_NAME, "h1").text

    def element(self, selector):
        """One element by CSS."""
        return self.driver.find_element(By.CSS_SELECTOR, selector)

    def until(self, condition, message):
        """Waits for a condition, which is given the driver."""
        return WebDriverWait(self.driver, WAIT_SECONDS, 0.05).until(condition, message)

    def download(self, suffix):
        """Waits for a stored file, and returns its path outside of the downloads."""
        def stored(_):
            return next(
                (
                    path for path in self.downloads.iterdir()
                    if path.name.endswith(suffix) and path.stat().st_size > 0
                ),
                None,
            )

        path = self.until(stored, f"no file that ends in {suffix} was stored")
        kept = self.home / f"kept-{path.name}"
        return path.rename(kept)


def _run(*command):
    answer = subprocess.run(command, capture_output=True, check=False)
    if answer.returncode:
        raise AssertionError(f"{' '.join(command)}: {answer.stderr.decode()}")


class BrowserTest(unittest.TestCase):
    """A test that looks at pages: each is shown in both sizes and both schemes, and judged."""

    # What axe calls serious or worse fails a test.
    GRAVE = {"serious", "critical"}

    def look(self, browser, name, plain_logs=()):
        """Judges the page that is there, and keeps pictures of it.

        `plain_logs` are texts of console messages that belong to the page, such as that an answer
        had the status 403.
        """
        # Before another size moves everything.
        self._settled(browser, name)
        for size in SIZES:
            browser.resize(size)
            wide = browser.driver.execute_script(
                "return document.documentElement.scrollWidth - innerWidth"
            )
            self.assertLessEqual(wide, 0, f"{name} is {wide} px wider than a {size}")
            hidden = browser.driver.execute_script(
                "return [...document.querySelectorAll('.scroll')]"
                ".map(part => part.scrollWidth - part.clientWidth).find(pixels => pixels > 0)"
            )
            self.assertIsNone(hidden, f"a table of {name} goes on beyond the edge of a {size}")
            for scheme in ["light", "dark"]:
                browser.driver.execute_cdp_cmd(
                    "Emulation.setEmulatedMedia",
                    {"features": [{"name": "prefers-color-scheme", "value": scheme}]},
                )
                self._picture(browser, f"{name}-{size}-{scheme}")
                if scheme == "light":
                    self._accessible(browser, f"{name}, {size}, {scheme}")
                elif size == "desk":
                    # Schemes differ in colours, which are the same in every size.
                    self._accessible(browser, f"{name}, {size}, {scheme}", ["color-contrast"])
        browser.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
        browser.resize("desk")
        self._quiet(browser, name, plain_logs)
        self.assertIn("a mock, not DigiCert", browser.text(), name)

    def _picture(self, browser, name):
        OUTPUT.mkdir(parents=True, exist_ok=True)
        metrics = browser.driver.execute_cdp_cmd("Page.getLayoutMetrics", {})["cssContentSize"]
        picture = browser.driver.execute_cdp_cmd(
            "Page.captureScreenshot",
            {
                "captureBeyondViewport": True,
                "clip": {
                    "x": 0, "y": 0, "width": metrics["width"],
                    "height": min(metrics["height"], 4000), "scale": 1,
                },
            },
        )
        (OUTPUT / f"{name}.png").write_bytes(base64.b64decode(picture["data"]))

    def _accessible(self, browser, name, rules=None):
        if not AXE:
            return
        if not browser.driver.execute_script("return Boolean(window.axe)"):
            browser.driver.execute_cdp_cmd(
                "Runtime.evaluate", {"expression": Path(AXE).read_text("utf-8")}
            )
        result = browser.driver.execute_async_script(
            "const [rules, done] = arguments;"
            "axe.run(document, {resultTypes: ['violations'], ...(rules && {runOnly: rules})})"
            ".then(done, error => done(String(error)))",
            rules,
        )
        self.assertIsInstance(result, dict, f"{name}: {result}")
        grave = [
            f"{finding['id']}: {finding['help']} ({node['html'][:200]}) {node['failureSummary']}"
            for finding in result["violations"] if finding["impact"] in self.GRAVE
            for node in finding["nodes"]
        ]
        self.assertEqual([], grave, name)

    def _settled(self, browser, name):
        """Nothing may move after it was first shown."""
        shift = browser.driver.execute_async_script(
            "const done = arguments[arguments.length - 1]; let sum = 0;"
            # What comes later is what somebody did, or the server told.
            "const end = performance.getEntriesByType('navigation')[0].loadEventEnd + 500;"
            "new PerformanceObserver(list => { for (const e of list.getEntries())"
            " if (!e.hadRecentInput && e.startTime < end) sum += e.value })"
            ".observe({type: 'layout-shift', buffered: true});"
            "requestAnimationFrame(() => requestAnimationFrame(() => done(sum)))"
        )
        self.assertLess(shift, 0.01, f"{name} moves after it was shown")

    def _quiet(self, browser, name, plain):
        said = [
            entry["message"] for entry in browser.driver.get_log("browser")
            if entry["level"] in ("SEVERE", "WARNING")
            and not any(text in entry["message"] for text in plain)
        ]
        self.assertEqual([], said, f"{name} has something on its console")
