"""A cell -> the first day of the month that it names, however it is written."""

import datetime as dt
import re

NAMES = (
    "january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december",
)  # fmt: skip
# 2026-03, 2026.3, 2026/03, 2026 3, 2026M03, 2026년 3월; 202603; 03/2026, and the period 003.2026 of SAP.
YEAR_MONTH = re.compile(r"(\d{4})\s*(?:[-./\sMm]|년)\s*(\d{1,2})\s*[월.]?$")
COMPACT = re.compile(r"(\d{4})(\d{2})$")
MONTH_YEAR = re.compile(r"0?(\d{1,2})\s*[-./\s]\s*(\d{4})$")
NAME_YEAR = re.compile(r"([A-Za-z]{3,9})[\s.,/'’-]*(\d{4}|\d{2})$")
YEAR_NAME = re.compile(r"(\d{4})[\s.,/-]*([A-Za-z]{3,9})\.?$")


def month_of(text: str) -> dt.date | None:
    """None where the text names no month, or a day of one: that is a date, to be read as the whole column writes them."""
    year, month = _parts(text.strip())
    if not (1900 <= year < 2200 and 1 <= month <= 12):
        return None
    return dt.date(year, month, 1)


def _parts(text):
    """(year, month), or (0, 0)."""
    if found := YEAR_MONTH.match(text) or COMPACT.match(text):
        return int(found[1]), int(found[2])
    if found := MONTH_YEAR.match(text):
        return int(found[2]), int(found[1])
    if found := NAME_YEAR.match(text):
        return int(found[2]) + (2000 if len(found[2]) == 2 else 0), _number(found[1])
    if found := YEAR_NAME.match(text):
        return int(found[1]), _number(found[2])
    return 0, 0


def _number(name):
    fitting = [place for place, full in enumerate(NAMES, start=1) if full.startswith(name.lower())]
    return fitting[0] if fitting else 0
