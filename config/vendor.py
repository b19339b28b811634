"""Static files that ship inside Python wheels, served under vendor/ without a copy in the repository."""

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

from django.contrib.staticfiles.finders import BaseFinder
from django.contrib.staticfiles.storage import StaticFilesStorage

# django-htmx brings htmx by its own app folder, and needs no entry here.
VENDOR_FILES = {"vendor/plotly.min.js": ("plotly", "package_data/plotly.min.js")}


@cache
def plotly_map_style_id() -> str:
    """The id under which Plotly's bundle would put the style sheet of its maps into the page.

    An element that has this id already keeps Plotly from trying, which our content security policy would refuse.
    """
    source = wheel_path("vendor/plotly.min.js").read_text(encoding="utf-8")
    found = re.search(
        r'getElementById\("([0-9a-f]{64})"\)\)\{var e=document\.createElement\("style"\)', source
    )
    return found[1] if found else ""


def wheel_path(name: str) -> Path:
    package, inside = VENDOR_FILES[name]
    return Path(str(files(package) / inside))


class WheelFinder(BaseFinder):
    def find(self, path, find_all=False, **kwargs):
        found = str(wheel_path(path)) if path in VENDOR_FILES else None
        if find_all:
            return [found] if found else []
        return found or []

    def list(self, ignore_patterns):
        for name in VENDOR_FILES:
            storage = StaticFilesStorage(location=wheel_path(name).parent)
            storage.prefix = str(Path(name).parent)
            yield wheel_path(name).name, storage
