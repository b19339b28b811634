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


DESKTOP, DESKTOP_BY_NIGHT = Screen(1440, 900, "light"), Screen(1440, 900, "dark")
PHONE, PHONE_BY_NIGHT = Screen(390, 844, "light"), Screen(390, 844, "dark")
# A layout follows the width and a contrast the theme. The quick round looks where there is least room and least light;
# on the light desktop it works with most pages. The slow round looks at all four, and in Korean.
SCREENS = [
    PHONE_BY_NIGHT,
    *(pytest.param(screen, marks=pytest.mark.slow) for screen in (DESKTOP, DESKTOP_BY_NIGHT, PHONE)),
]

on_every_screen = pytest.mark.parametrize("screen", SCREENS, indirect=True, ids=str)
on_phone = pytest.mark.parametrize("screen", [PHONE], indirect=True, ids=str)
