# Copyright: (c) 2026, the cloud_registry.migration contributors
# GNU General Public License v3.0+ (see LICENSE or https://www.gnu.org/licenses/gpl-3.0.txt)
# SPDX-License-Identifier: GPL-3.0-or-later
"""The page of a report and the index, opened in Chromium: readable in every window, in light and dark, without network."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.modules.report_scene import DIFFERENT, Report
from tests.support.browser import Browser
from tests.tools.environments import ROOT

KEPT = ROOT / "tests/output"
EVIL = "<script>document.title = 'evil'</script>"


def test_the_pages_are_readable_in_every_window_and_need_nothing_else(chromium: str, tmp_path: Path) -> None:
    KEPT.mkdir(exist_ok=True)
    output = tmp_path / "output"
    Report(output, run="verify", started=1795919000.0, failure=f"Harbor said {EVIL}.")
    Report(output, **DIFFERENT)
    page = next(output.glob("spring-migrate-*.html"))
    with Browser(chromium, tmp_path / "browser") as browser:
        for width in (400, 1600):
            for scheme in ("light", "dark"):
                browser.open(page, width, dark=scheme == "dark")
                browser.screenshot(KEPT / f"report-{width}-{scheme}.png")
                assert_fits(browser, width)
                assert browser.evaluate("document.title") == "spring: migrate, different"
        dark = browser.evaluate("getComputedStyle(document.body).backgroundColor")
        browser.open(page, 1600, dark=False)
        assert browser.evaluate("getComputedStyle(document.body).backgroundColor") != dark
        assert browser.evaluate("document.querySelectorAll('svg').length") >= 4
        browser.pdf(KEPT / "report.pdf")
        browser.open(output / "index.html", 400, dark=False)
        browser.screenshot(KEPT / "index-400-light.png")
        assert_fits(browser, 400)
        links = browser.evaluate("[...document.querySelectorAll('a')].map(one => one.getAttribute('href'))")
        assert links[0] == page.name and len(links) == 2 and all((output / link).exists() for link in links)
        assert browser.complaints == []


def assert_fits(browser: Any, width: int) -> None:
    """The page itself does not scroll sideways, no text is tiny, and nothing of a report was taken for HTML."""
    assert browser.evaluate("document.documentElement.scrollWidth") <= width
    sizes = "[...document.querySelectorAll('main *')].map(one => parseFloat(getComputedStyle(one).fontSize))"
    assert browser.evaluate(f"Math.min(...{sizes})") >= 12
    assert browser.evaluate("document.scripts.length") == 0
    assert "evil" not in browser.evaluate("document.title")
