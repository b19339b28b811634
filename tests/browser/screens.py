"""The screens on which pages are looked at."""

from dataclasses import dataclass

import pytest


@dataclass(frozen=True)
class Screen:
    width: int
    height: int
    theme: str

    def __str__(self):
        return f"{self.width}-{self.theme}"


DESKTOP = Screen(1440, 900, "light")
PHONE = Screen(390, 844, "light")
SCREENS = [
    Screen(width, height, theme) for width, height in ((1440, 900), (390, 844)) for theme in ("light", "dark")
]

on_every_screen = pytest.mark.parametrize("screen", SCREENS, indirect=True, ids=str)
on_phone = pytest.mark.parametrize("screen", [PHONE], indirect=True, ids=str)
