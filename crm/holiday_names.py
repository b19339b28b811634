"""Public holidays as the reader calls them: in his language where the holidays package has it; those that many countries
keep are in our own catalogue; else in English."""

import re
from dataclasses import replace

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from crm.calendars import public_holidays

BY_ENGLISH_NAME = {
    "New Year's Day": gettext_lazy("New Year's Day"),
    "New Year's Eve": gettext_lazy("New Year's Eve"),
    "Epiphany": gettext_lazy("Epiphany"),
    "Maundy Thursday": gettext_lazy("Maundy Thursday"),
    "Good Friday": gettext_lazy("Good Friday"),
    "Easter Monday": gettext_lazy("Easter Monday"),
    "Labor Day": gettext_lazy("Labor Day"),
    "International Labor Day": gettext_lazy("Labor Day"),
    "May Day": gettext_lazy("Labor Day"),
    "Ascension Day": gettext_lazy("Ascension Day"),
    "Pentecost Monday": gettext_lazy("Pentecost Monday"),
    "Corpus Christi": gettext_lazy("Corpus Christi"),
    "Assumption Day": gettext_lazy("Assumption Day"),
    "All Saints' Day": gettext_lazy("All Saints' Day"),
    "Immaculate Conception": gettext_lazy("Immaculate Conception"),
    "Christmas Eve": gettext_lazy("Christmas Eve"),
    "Christmas Day": gettext_lazy("Christmas Day"),
    "Second Day of Christmas": gettext_lazy("Second Day of Christmas"),
    "Boxing Day": gettext_lazy("Boxing Day"),
    "Saint Stephen's Day": gettext_lazy("Saint Stephen's Day"),
    "National Day": gettext_lazy("National Day"),
    "Independence Day": gettext_lazy("Independence Day"),
    "Constitution Day": gettext_lazy("Constitution Day"),
    "Republic Day": gettext_lazy("Republic Day"),
    "Victory Day": gettext_lazy("Victory Day"),
    "Liberation Day": gettext_lazy("Liberation Day"),
    "Eid al-Fitr": gettext_lazy("Eid al-Fitr"),
    "Eid al-Adha": gettext_lazy("Eid al-Adha"),
    "Islamic New Year": gettext_lazy("Islamic New Year"),
    "Prophet's Birthday": gettext_lazy("Prophet's Birthday"),
    "Diwali": gettext_lazy("Diwali"),
    "Vesak Day": gettext_lazy("Vesak Day"),
    "Chinese New Year": gettext_lazy("Lunar New Year"),
    "Lunar New Year": gettext_lazy("Lunar New Year"),
    "Tomb-Sweeping Day": gettext_lazy("Tomb-Sweeping Day"),
    "Dragon Boat Festival": gettext_lazy("Dragon Boat Festival"),
    "Mid-Autumn Festival": gettext_lazy("Mid-Autumn Festival"),
}
# One day may be two holidays; what is moved or reckoned by the moon says so.
BETWEEN = "; "
MARKED = re.compile(r"(?P<holiday>.+) \((?P<mark>observed|estimated)\)")
# Another day is worked for it, or a Sunday's holiday is made up for.
SUBSTITUTED = re.compile(r"Day off \(substituted from .+\)|Substitute Holiday")


def on_working_days(country, first, last):
    """As crm.calendars.public_holidays has them, named in the active language."""
    found = public_holidays.on_working_days(country, first, last, _language())
    return [replace(holiday, name=_translated(holiday.name)) for holiday in found]


def name_of(country, first, last) -> str:
    """What the holidays of these days are called together: "Chuseok" also of the days before and after it, "National Day" also
    of those on which it is made up for. Days off for which another day is worked are named where nothing else is."""
    found = public_holidays.between(country, first, last, _language())
    names = list(dict.fromkeys(name for holiday in found for name in holiday.name.split(BETWEEN)))
    names = [name for name in names if not SUBSTITUTED.fullmatch(name)] or names
    return ", ".join(dict.fromkeys(map(_in_words, _shortest(names))))


def _shortest(names):
    """Those that are part of no other; of one that is only there as observed or estimated, the first."""
    plain = {}
    for name in names:
        marked = MARKED.fullmatch(name)
        own = marked["holiday"] if marked else name
        plain[own] = name if own == name else plain.get(own, name)
    return [name for own, name in plain.items() if not any(other in own for other in plain if other != own)]


def _language():
    return (get_language() or "en").split("-")[0]


def _translated(names):
    return BETWEEN.join(map(_in_words, names.split(BETWEEN)))


def _in_words(name):
    if _language() == "en":
        return name
    found = MARKED.fullmatch(name)
    if not found:
        return str(BY_ENGLISH_NAME.get(name, name))
    words = _("%(holiday)s (observed)") if found["mark"] == "observed" else _("%(holiday)s (estimated)")
    return words % {"holiday": BY_ENGLISH_NAME.get(found["holiday"], found["holiday"])}
