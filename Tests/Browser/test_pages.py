"""What is true of every page: how it begins, what it weighs, what it loads."""

import unittest

from browser import Browser, BrowserTest, Mock


class Pages(BrowserTest):
    """The first page of each surface."""

    def test_first_pages(self):
        """Each surface begins light, quiet and accessible, and loads nothing from elsewhere."""
        with Mock() as mock, Browser(mock) as browser:
            for path in ["console", "digital-id-center", "two-factor"]:
                browser.open(f"{mock.control}/worlds/default/{path}")
                entries = browser.driver.execute_script(
                    "return performance.getEntriesByType('navigation')"
                    ".concat(performance.getEntriesByType('resource')).map(e => e.toJSON())"
                )
                size = sum(entry["transferSize"] for entry in entries)
                self.assertLess(size, 100_000, path)
                # How quick it is depends on what else the machine does: told, and not judged.
                print(f"{path}: {size} bytes, loaded in {entries[0]['loadEventEnd']:.0f} ms")
                for entry in entries:
                    self.assertTrue(entry["name"].startswith(mock.control), entry["name"])
                self.look(browser, f"first-{path}")


if __name__ == "__main__":
    unittest.main()
