"""What the values of a column look like, where its header says nothing."""

import re

from crm.importing.countries import country_code
from crm.importing.values import DateReader, NumberReader, Unreadable, day_of
from crm.models import fields

# AUR-400 is an article, EUR-400 an amount.
CODE = re.compile(r"([A-Za-z]{3})-?\d")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+$")


def is_date(text) -> bool:
    # A bare number may be a date of Excel's, or anything else.
    if text.isdigit() and len(text) != 8:
        return False
    try:
        DateReader()(day_of(text))
    except Unreadable:
        return False
    return True


def is_number(text) -> bool:
    return _number(text) is not None


def is_count(text) -> bool:
    number = _number(text)
    return number is not None and number == int(number) != 0


def is_currency(text) -> bool:
    return fields.is_currency(text.upper())


def is_country(text) -> bool:
    return bool(country_code(text))


def is_email(text) -> bool:
    return bool(EMAIL.match(text))


def _number(text):
    if (found := CODE.match(text)) and not is_currency(found[1]):
        return None
    try:
        return NumberReader()(text)
    except Unreadable:
        return None
