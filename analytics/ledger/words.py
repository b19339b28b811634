"""The ledger as a person would say it."""

from babel.dates import format_date
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.formats import locale
from crm.templatetags.figures import is_unchanged, number, percent_change


def off(days):
    """Order day minus called day."""
    if days == 0:
        return _("on the day")
    if days > 0:
        return ngettext("%(n)s day later", "%(n)s days later", days) % {"n": number(days)}
    return ngettext("%(n)s day earlier", "%(n)s days earlier", -days) % {"n": number(-days)}


def error(share):
    """Of an amount: how much more or less was called than came."""
    if share is None:
        return ""
    if is_unchanged(share):
        return _("exactly")
    return percent_change(share)


def methods():
    """What the three are called."""
    return {"model": _("Dangol"), "naive": _("Naive rule"), "rep": _("Sales rep")}


def quarter(first_day):
    """Q4 2026"""
    return format_date(first_day, _("'Q'Q y"), locale=locale())
