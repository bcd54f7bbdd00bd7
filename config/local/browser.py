"""Finds a Chromium for the browser tests, or installs one: `python -m config.local.browser`."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

_ASK = """
from playwright.sync_api import sync_playwright
with sync_playwright() as playwright:
    print(playwright.chromium.executable_path)
"""
NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_browser() -> str | None:
    """The path of a Chromium that is here: $CHROMIUM, one on PATH, else Playwright's own."""
    for name in (os.environ.get("CHROMIUM", ""), *NAMES):
        if name and (found := shutil.which(name)):
            return found
    return _playwrights()


def _playwrights() -> str | None:
    # In a process of its own: Playwright's event loop must not meet the tests'.
    told = subprocess.run([sys.executable, "-c", _ASK], capture_output=True, text=True)
    path = told.stdout.strip()
    return path if path and Path(path).exists() else None


def install_browser() -> str | None:
    """Install Playwright's Chromium; where that fails and we may, the distribution's package."""
    subprocess.run([sys.executable, "-m", "playwright", "install", "chromium"], stdout=sys.stderr)
    found = find_browser()
    if found is None and os.geteuid() == 0 and shutil.which("apt-get"):
        for step in (["update", "-qq"], ["install", "-y", "-qq", "chromium"]):
            subprocess.run(["apt-get", *step], stdout=sys.stderr)
        found = find_browser()
    return found


if __name__ == "__main__":
    browser = find_browser() or install_browser()
    if browser is None:
        sys.exit("No Chromium was found and none could be installed; CHROMIUM=/path names one.")
    print(browser)
