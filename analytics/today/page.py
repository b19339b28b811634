"""The page as a whole: its sections without what the user put away, and one sentence that sums them up."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.today import birthdays, contact, news, orders, promises
from analytics.today.entries import SHOWN, SHOWN_WHOLE, WEEK, Section, split
from crm.models import Dismissal
from crm.templatetags.figures import money_short, number

SECTIONS = {
    Dismissal.Kind.OVERDUE: orders.overdue,
    Dismissal.Kind.EXPECTED: orders.expected,
    Dismissal.Kind.PROMISE: promises.promises,
    Dismissal.Kind.BIRTHDAY: birthdays.birthdays,
    Dismissal.Kind.CONTACT: contact.out_of_touch,
    Dismissal.Kind.NEWS: news.imported,
}
# What is only looked up of the entries that are shown.
DESCRIBED = {Dismissal.Kind.CONTACT: contact.described}


@dataclass(frozen=True)
class Part:
    """A part of the sentence, and the section it speaks of."""

    section: str
    words: str


def sections(user, today, whole="") -> dict[str, Section]:
    """{kind: its section}; `whole` names the one to show to its end."""
    return {str(kind): section(user, kind, today, whole == kind) for kind in SECTIONS}


def section(user, kind, today, whole=False) -> Section:
    entries, put_away = split(SECTIONS[kind](user, today), user, kind, today)
    shown = described(kind, entries[: SHOWN_WHOLE if whole else SHOWN], user)
    return Section(str(kind), entries, put_away, shown, whole)


def described(kind, entries, user):
    return DESCRIBED[kind](entries, user) if kind in DESCRIBED and entries else entries


def summary(of, today, currency) -> list[Part]:
    """3 orders are late, worth EUR 18 k; 2 birthdays this week; 4 promises due."""
    soon = [entry for entry in of["birthday"].entries if entry.on <= today + WEEK]
    parts = [
        _late(of["overdue"], currency),
        _part(
            of["expected"],
            ngettext("%(n)s order comes this week", "%(n)s orders come this week", of["expected"].count),
        ),
        _part(of["promise"], ngettext("%(n)s promise due", "%(n)s promises due", of["promise"].count)),
        _part(
            of["birthday"],
            ngettext("%(n)s birthday this week", "%(n)s birthdays this week", len(soon)),
            len(soon),
        ),
        _part(
            of["contact"],
            ngettext(
                "%(n)s person to get in touch with", "%(n)s people to get in touch with", of["contact"].count
            ),
        ),
    ]
    return [part for part in parts if part]


def _part(section, words, count=None):
    count = section.count if count is None else count
    return Part(section.kind, words % {"n": number(count)}) if count else None


def _late(section, currency):
    if not section.count:
        return None
    words = ngettext("%(n)s order is late", "%(n)s orders are late", section.count) % {
        "n": number(section.count)
    }
    known = [late.at_risk for late in section.entries if late.at_risk is not None]
    if known:
        worth = money_short(sum(known), currency)
        unknown = section.count - len(known)
        words = _("%(late)s, worth %(amount)s") % {"late": words, "amount": worth}
        if unknown:
            words += ngettext(" and %(n)s without a rate", " and %(n)s without a rate", unknown) % {
                "n": unknown
            }
    return Part(section.kind, words)
