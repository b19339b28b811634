"""A number as a person types it into a field: read however it is written, never guessed between two readings."""

import re
from decimal import Decimal

from crm.importing.errors import ImportRefused
from crm.importing.values import MINUS, Unreadable, narrow, number_reader
from crm.templatetags.figures import decimal_mark, group_mark

WRITTEN = re.compile(
    r"(?P<number>[-+]?(?:"
    # Grouped by threes: its decimals have another mark. 1,500,00 is no number.
    r"\d{1,3}(?P<mark>[.,'’\s])\d{3}(?:(?P=mark)\d{3})*(?:(?!(?P=mark))(?P<decimals>[.,])\d+)?"
    # Grouped as in India.
    r"|(?P<lakhs>\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?)"
    r"|\d*(?:[.,]\d+)?))"
    r"\s*(?P<step>천만|백만|[km천만억]?)\s*원?",
    re.IGNORECASE,
)
# After so many digits no mark groups them.
UNGROUPED = re.compile(r"[-+]?\d{4,}(?P<mark>[.,])\d+")
ONE_GROUP = re.compile(r"[-+]?[1-9]\d{0,2}(?P<mark>[.,])\d{2}(?P<last>\d)")
STEPS = {"k": 10**3, "m": 10**6, "천": 10**3, "만": 10**4, "백만": 10**6, "천만": 10**7, "억": 10**8}


class Ambiguous(Unreadable):
    """1.500 is one and a half here and fifteen hundred there: `fraction` and `thousands` are the two."""

    def __init__(self, fraction, thousands):
        super().__init__()
        self.fraction, self.thousands = fraction, thousands


def read_number(text) -> Decimal:
    """48000, 48,000, 48 000, 48.000,50, 12,5, 48k, 4.8만 and 1,500만원; what 1,500 is, its writer's number format says.

    Raises Unreadable; Ambiguous where that format does not tell either.
    """
    found = WRITTEN.fullmatch(narrow(text).translate(MINUS).strip())
    if not found:
        raise Unreadable(text)
    number, step = found["number"], STEPS.get(found["step"].lower(), 1)
    if _is_ambiguous(number):
        raise Ambiguous(*(_stepped(Decimal(re.sub("[.,]", mark, number)), step) for mark in (".", "")))
    try:
        return _stepped(number_reader([number], _decimals_of(found))(number), step)
    except ImportRefused as error:
        raise Unreadable(text) from error


def _decimals_of(found):
    """The mark before the decimals: it tells itself behind another mark, in India, and after too many digits for a group."""
    if found["lakhs"]:
        return "."
    ungrouped = UNGROUPED.fullmatch(found["number"])
    return found["decimals"] or (ungrouped and ungrouped["mark"]) or decimal_mark()


def _stepped(number, step):
    """Digits that the step uses up are no decimals: 1.2345k is 1234.5."""
    return Decimal(format((number * step).normalize(), "f"))


def _is_ambiguous(number):
    """Three digits behind the one mark are thousands where it groups the writer's own, and decimals where it is theirs: but
    nobody ends decimals with a nought."""
    found = ONE_GROUP.fullmatch(number)
    if not found or found["mark"] == group_mark():
        return False
    return found["mark"] != decimal_mark() or found["last"] == "0"
