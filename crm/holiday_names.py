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


def on_working_days(country, first, last):
    """As crm.calendars.public_holidays has them, named in the active language."""
    return _named(public_holidays.on_working_days, country, first, last)


def name_of(country, first, last) -> str:
    """What the holidays of these days are called together: "Chuseok" also of the days before and after it."""
    found = _named(public_holidays.between, country, first, last)
    names = list(dict.fromkeys(holiday.name for holiday in found))
    common = [name for name in names if all(name in other for other in names)]
    return ", ".join(common or names)


def _named(find, country, first, last):
    language = (get_language() or "en").split("-")[0]
    found = find(country, first, last, language)
    if language == "en":
        return found
    return [replace(holiday, name=_translated(holiday.name)) for holiday in found]


def _translated(names):
    return BETWEEN.join(map(_one, names.split(BETWEEN)))


def _one(name):
    found = MARKED.fullmatch(name)
    if not found:
        return str(BY_ENGLISH_NAME.get(name, name))
    words = _("%(holiday)s (observed)") if found["mark"] == "observed" else _("%(holiday)s (estimated)")
    return words % {"holiday": BY_ENGLISH_NAME.get(found["holiday"], found["holiday"])}
