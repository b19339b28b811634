"""Figures as the reader writes them: money, numbers, days, countries, in the active language (Babel) and his own formats."""

import datetime as dt
import re
from decimal import Decimal

from babel.dates import format_date, format_interval, format_skeleton
from babel.numbers import format_decimal, format_percent, get_decimal_symbol, get_group_symbol
from django import template
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts import formats
from accounts.formats import locale
from crm.money import digits, round_money

register = template.Library()
SHORT_STEPS = {
    "en": [(Decimal(10) ** 9, "bn"), (Decimal(10) ** 6, "m"), (Decimal(10) ** 3, "k")],
    "ko": [(Decimal(10) ** 8, "억"), (Decimal(10) ** 4, "만")],
}
NONE = "–"
# Nobody pictures +1,200 %.
TIMES_FROM = 9.5


def number_locale():
    return formats.current().number_locale()


@register.filter
def money(value, currency):
    """EUR 12,345.60"""
    if value is None:
        return NONE
    return f"{currency} {amount(value, currency)}"


@register.filter
def amount(value, currency):
    """12,345.60, for columns whose currency stands beside them."""
    if value is None:
        return NONE
    places = "0" * digits(currency)
    return format_decimal(
        round_money(Decimal(str(value)), currency),
        f"#,##0{'.' + places if places else ''}",
        locale=number_locale(),
    )


@register.filter
def money_short(value, currency):
    """EUR 164 k: three digits are enough to know what a thing is worth."""
    if value is None:
        return NONE
    return f"{currency} {short(value, currency)}"


@register.filter
def short(value, currency):
    """164 k, where the currency stands beside it."""
    value = Decimal(str(value))
    if abs(value) >= 10_000:
        # Rounded before the unit is chosen: 999,600 is a million, not a thousand thousands.
        value = Decimal(f"{value:.3g}")
    for step, unit in _short_steps():
        if abs(value) >= step * (10 if unit == "k" else 1):
            return _with_unit(value / step, _three_digits_pattern(value / step), unit)
    value = round_money(value, currency) + 0  # no -0
    return format_decimal(value, _three_digits_pattern(value, digits(currency)), locale=number_locale())


def _short_steps():
    return SHORT_STEPS["ko" if locale().language == "ko" else "en"]


def _three_digits_pattern(value, most_places=2):
    places = min(0 if abs(value) >= 100 else 1 if abs(value) >= 10 else 2, most_places)
    return "#,##0" + ("." + "#" * places if places else "")


@register.simple_tag
def money_range(low, high, currency):
    """142 k – 187 k: each end with its unit, in as many digits as a range deserves: two, and more where it is narrow.

    Of 2 – 16.9 k nobody could tell whether it begins at two or at two thousand.
    """
    if low is None or high is None:
        return NONE
    low, high = Decimal(str(low)), Decimal(str(high))
    if abs(high) < 10_000:
        finest = max(_finest(low, high), Decimal(1).scaleb(-digits(currency)))
        return f"{_two_digits(low, finest)} – {_two_digits(high, finest)}"
    steps = _short_steps()
    step, unit = next(pair for pair in steps if abs(high) >= pair[0])
    places = max(-_finest(low / step, high / step).adjusted(), 1 if abs(low) < 10 * step else 0)
    pattern = "#,##0." + "#" * min(places, 2) if places else "#,##0"
    start = _smaller(low, step, _finest(low, high), steps)
    ends = [_with_unit(value / step, pattern, unit) for value in (low, high)]
    return f"{start or ends[0]} – {ends[1]}"


@register.simple_tag
def currency_range(low, high, currency):
    """EUR 142 k – 187 k, where no currency stands beside it."""
    if low is None or high is None:
        return NONE
    return f"{currency} {money_range(low, high, currency)}"


def _with_unit(value, pattern, unit):
    """Korean units follow their number without a space; nothing has none. No line is broken before a unit."""
    text = format_decimal(value, pattern, locale=number_locale())
    if not unit or text in ("0", "-0"):
        return text
    return f"{text}\N{NO-BREAK SPACE}{unit}" if unit.isascii() else f"{text}{unit}"


def _smaller(value, step, finest, steps):
    """An end of a range that is below the unit of the other one, in its own: 49 k of 1.2 m, 9,000만 of 2.3억; "" of others.

    A Korean writes what is below the smallest unit in full, 5,000 and not 0.5만; of 0.5 k beside 16.9 k nobody doubts the unit.
    """
    value = _rounded(value, finest)
    if not value or abs(value) >= step:
        return ""
    for smaller, unit in steps:
        if abs(value) >= smaller:
            return _with_unit(value / smaller, "#,##0.#", unit)
    return "" if steps[-1][1].isascii() and step == steps[-1][0] else _with_unit(value, "#,##0", "")


def _finest(low, high):
    """A power of ten that lets both ends, and what lies between them, be told apart: at most half of the range; 1 of none."""
    return Decimal(1).scaleb(((high - low) / 2).adjusted()) if high > low else Decimal(1)


def _two_digits(value, finest):
    value = _rounded(value, finest)
    places = max(-value.as_tuple().exponent, 0)
    pattern = "#,##0" + ("." + "0" * places if places and value else "")
    return format_decimal(value, pattern, locale=number_locale())


def _rounded(value, finest):
    """3,655 -> 3,700: an end of a range is not known better than that, unless the range is narrower (`finest`)."""
    step = min(Decimal(1).scaleb(max(value.adjusted() - 1, 0)), finest) if value else Decimal(1)
    return value.quantize(step)


def range_places(low, high, places):
    """Decimals for both ends of a range of plain numbers: `places`, or as many more, up to two, as a narrow one needs."""
    finest = _finest(Decimal(str(low)), Decimal(str(high)))
    return max(places, min(-finest.adjusted(), 2))


@register.filter
def number(value, places=0):
    if value is None:
        return NONE
    return format_decimal(
        value, "#,##0" + ("." + "#" * int(places) if places else ""), locale=number_locale()
    )


@register.filter
def quantity(value):
    """As many decimals as it has, three at most."""
    return NONE if value is None else format_decimal(value, "#,##0.###", locale=number_locale())


@register.filter
def price(value, currency):
    """12.50 or 0.0375: as many decimals as its currency has, and more where it has them."""
    if value is None:
        return NONE
    pattern = "0" * digits(currency) + "#" * (5 - digits(currency))
    return format_decimal(value, f"#,##0.{pattern}", locale=number_locale())


def plain(value):
    """12.5: no trailing zeros, no marks for thousands."""
    return "" if value is None else format(Decimal(value).normalize() + 0, "f")


@register.filter
def typed(value):
    """As `plain`, with the reader's own mark: for fields that are typed into and read it back."""
    return plain(value).replace(".", decimal_mark())


def decimal_mark():
    return get_decimal_symbol(number_locale())


def group_mark():
    return get_group_symbol(number_locale())


@register.filter
def percent(value, places=0):
    if value is None:
        return NONE
    return format_percent(
        value, "#,##0" + ("." + "0" * int(places) if places else "") + " %", locale=number_locale()
    )


def is_unchanged(share):
    """Whether it would be written as nought percent."""
    return abs(share) < 0.005


def percent_change(share):
    """By how much more or less than before, a tenth being .1; of what grew tenfold, how many times as much it is."""
    if is_unchanged(share):
        return f"±{percent(0)}"
    if share >= TIMES_FROM:
        return _("%(n)s times as much") % {"n": number(round(share + 1))}
    return f"{'+' if share > 0 else '−'}{percent(abs(share))}"


@register.filter
def day(value):
    """12 Nov; with the year where it is not this one's or the next's neighbour: 12 Nov 2025."""
    if value is None:
        return NONE
    value = _date(value)
    if _needs_year(value):
        return day_year(value)
    return format_date(value, formats.current().day or _("d MMM"), locale=locale())


def _needs_year(value):
    return abs((value - timezone.localdate()).days) > 180


@register.filter
def day_year(value):
    if value is None:
        return NONE
    return format_date(_date(value), formats.current().day_year or _("d MMM y"), locale=locale())


@register.filter
def weekday_day(value):
    """Wed 2 Dec; far from today the year says more than the weekday."""
    if value is None:
        return NONE
    value = _date(value)
    if _needs_year(value):
        return day_year(value)
    return format_date(value, formats.current().weekday_day or _("EEE d MMM"), locale=locale())


@register.filter
def weekday_name(value):
    """Thu"""
    return format_date(_date(value), "EEE", locale=locale())


@register.filter
def day_time(value):
    """12 Nov 2025 14:05, in the reader's time zone."""
    moment = timezone.localtime(value)
    return f"{day_year(moment)} {moment:%H:%M}"


@register.filter
def hour_minute(value):
    """14:05, in the reader's time zone."""
    return f"{timezone.localtime(value):%H:%M}"


@register.simple_tag
def day_range(low, high):
    """1 – 9 Dec, 28 Nov – 3 Dec; 12월 1일~9일."""
    if low is None or high is None:
        return NONE
    low, high = _date(low), _date(high)
    if low == high:
        return day(low)
    if low.year != high.year:
        return f"{day_year(low)} – {day_year(high)}"
    far = abs((high - timezone.localdate()).days) > 330
    if own := formats.current().day_year if far else formats.current().day:
        return " – ".join(format_date(end, own, locale=locale()) for end in (low, high))
    words = format_interval(low, high, "yMMMd" if far else "MMMd", locale=locale())
    # Some languages' patterns have thin spaces around the dash, some none.
    return re.sub(r"\s*–\s*", " – ", words)


@register.simple_tag
def month_range(low, high, year=True):
    """Aug – Oct 2026, Nov 2026 – Jan 2027; 2026년 8월~10월; a whole year: 2026. Without the year where it stands beside it: Aug – Oct."""
    if low is None or high is None:
        return NONE
    low, high = _date(low), _date(high)
    if not year:
        return f"{month_name(f'{low:%Y-%m}')} – {month_name(f'{high:%Y-%m}')}"
    if (low.year, low.month, high.month) == (high.year, 1, 12):
        return format_skeleton("y", low, locale=locale())
    if (low.year, low.month) == (high.year, high.month):
        return month(f"{low:%Y-%m}")
    if formats.current().month:
        return f"{month(f'{low:%Y-%m}')} – {month(f'{high:%Y-%m}')}"
    return re.sub(r"\s*–\s*", " – ", format_interval(low, high, "yMMM", locale=locale()))


@register.filter
def month(value):
    """2026-03 -> Mar 2026"""
    return format_date(
        dt.date.fromisoformat(f"{value}-01"), formats.current().month or _("MMM y"), locale=locale()
    )


@register.filter
def month_name(value):
    return format_date(dt.date.fromisoformat(f"{value}-01"), "LLL", locale=locale())


@register.filter
def month_of_year(number):
    """4 -> April"""
    return locale().months["stand-alone"]["wide"][number]


@register.filter
def country(code):
    return locale().territories.get(code, code) if code else ""


def some(names, most):
    """The first of many names, and how many more there are."""
    shown = ", ".join(names[:most])
    if (more := len(names) - most) > 0:
        shown += " " + ngettext("and %(n)s more", "and %(n)s more", more) % {"n": more}
    return shown


@register.filter
def initials(name):
    """Two letters for a badge: first letters of the first two words, or the first two of one."""
    words = [word for word in str(name).split() if word[0].isalnum()] or [str(name)]
    return (words[0][0] + words[1][0] if len(words) > 1 else words[0][:2]).upper()


@register.inclusion_tag("figures/meter.html")
def meter(share):
    return {"width": round(64 * max(0, min(float(share or 0), 1)), 1)}


def _date(value):
    """The civil day of a date, of a moment in the zone it is given in, or of an ISO string."""
    if isinstance(value, str):
        return dt.date.fromisoformat(value[:10])
    return value.date() if isinstance(value, dt.datetime) else value
