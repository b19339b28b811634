"""Where the browser is: the system's own Chromium or Chrome, never one downloaded."""

import os
import shutil

# The shell draws no window around its pages: a third less time.
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MISSING = "no Chromium or Chrome on this machine (apt install chromium)"


def find():
    """Path of the browser, or None."""
    return os.environ.get("CHROMIUM") or next((path for path in map(shutil.which, NAMES) if path), None)
