"""What there is to choose from, in the reader's language and in its order."""

from babel.core import get_global
from django.utils.translation import gettext as _

from crm.importing.countries import country_codes
from crm.templatetags.figures import locale, month_of_year


def countries():
    """[(ISO code, name)], sorted as the reader's language has them; the first is none."""
    names = locale().territories
    known = [(code, names.get(code, code)) for code in country_codes()]
    return [("", _("not known")), *sorted(known, key=lambda choice: _sorting(choice[1]))]


def currencies(*also):
    """[(ISO code, "EUR · Euro")] of what is tender somewhere today, and of `also`."""
    names = locale().currencies
    current = {
        code
        for used in get_global("territory_currencies").values()
        for code, _since, until, tender in used
        if tender and until is None
    }
    return [(code, f"{code} · {names.get(code, code)}") for code in sorted(current | set(filter(None, also)))]


def months():
    return [("", _("not known")), *((number, month_of_year(number)) for number in range(1, 13))]


def _sorting(name):
    """Å belongs to A for who looks for Åland in a list; Hangul sorts by itself."""
    return name.replace("Å", "A").replace("É", "E").casefold()
