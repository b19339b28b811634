"""What the engine found, as a person would say it."""

from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from crm import holiday_names
from crm.templatetags.figures import day, day_range, day_year, month_of_year, number, percent

RAISE_AT_MOST = 4


@dataclass(frozen=True)
class Talk:
    """Something worth raising: icon, colour class, headline, sentence."""

    icon: str
    colour: str
    title: str
    text: str


def every(interval):
    """An interval in days, in the unit a person would use."""
    if interval < 10.5:
        days = max(round(interval), 1)
        return ngettext("every day", "every %(n)s days", days) % {"n": days}
    if interval < 25:
        weeks = round(interval / 7)
        return ngettext("every week", "every %(n)s weeks", weeks) % {"n": weeks}
    if interval < 50:
        # Between three weeks and two months people count in weeks, unless it is a month.
        if 27 <= interval <= 34:
            return _("monthly")
        return ngettext("every week", "every %(n)s weeks", round(interval / 7)) % {"n": round(interval / 7)}
    months = round(interval / 30.4)
    return ngettext("every month", "every %(n)s months", months) % {"n": months}


def reasons(forecast, as_of, country=""):
    """Why the forecast says what it says: one sentence a reason code of the engine. `country`: whose holidays are named."""
    sentences = []
    for reason in forecast.get("reasons", []):
        if reason["code"] == "rhythm":
            sentences.append(
                _("Orders %(every)s; %(close)s of the last %(of)s gaps lay within %(within)s days of that.")
                % {"every": every(reason["interval"]), **reason}
            )
        elif reason["code"] == "last_order":
            sentences.append(_last_order(date.fromisoformat(reason["on"]), as_of))
        elif reason["code"] == "left_out":
            sentences.append(
                _("Forecasts leave that order out: it ends the silence and teaches neither rhythm nor items.")
            )
        elif reason["code"] in ("closed", "holiday"):
            sentences.append(_day_off(reason, country))
        elif reason["code"] == "season":
            sentences.append(_season(reason))
        elif reason["code"] == "without":
            days = day_range(date.fromisoformat(reason["from"]), date.fromisoformat(reason["to"]))
            sentences.append(_("Without these days the window would be %(days)s.") % {"days": days})
        elif reason["code"] == "chosen":
            sentences.append(_rule(reason))
    return sentences


def _last_order(on, as_of):
    words, n = {"day": day_year(on), "n": as_of.silence_days}, as_of.silence_days
    if on > as_of.as_of:
        return _("Last order on %(day)s, after the day orders are known up to.") % words
    if not n:
        return _("Last order on %(day)s, the very day orders are known up to.") % words
    return (
        ngettext(
            "Last order on %(day)s, %(n)s day before the day orders are known up to.",
            "Last order on %(day)s, %(n)s days before the day orders are known up to.",
            n,
        )
        % words
    )


def item_reasons(why):
    """Why an item is likely, in one line; counts only, so that anybody can check them against the orders."""
    return "; ".join(_item_reason(reason) for reason in why if reason["code"] in ITEM_REASONS)


def _item_reason(reason):
    return ITEM_REASONS[reason["code"]](reason)


def _skipped(reason):
    n = reason["orders"]
    if n == 1:
        return _("skipped last time")
    return ngettext("not in the last %(n)s order", "not in the last %(n)s orders", n) % {"n": n}


def _in_orders(reason):
    if reason["n"] == reason["of"] > 1:
        return ngettext("in the last %(n)s order", "in each of the last %(n)s orders", reason["n"]) % reason
    return (
        ngettext("in %(n)s of the last %(of)s order", "in %(n)s of the last %(of)s orders", reason["of"])
        % reason
    )


ITEM_REASONS = {
    "in_orders": _in_orders,
    "in_last": lambda reason: _("in the last one"),
    "skipped": _skipped,
    "due": lambda reason: _("due again: %(every)s") % {"every": every(reason["interval"])},
    "long_ago": lambda reason: (
        ngettext(
            "last bought %(n)s day before his last order",
            "last bought %(n)s days before his last order",
            reason["days"],
        )
        % {"n": number(reason["days"])}
    ),
    "popular": lambda reason: (
        _("new for him; in %(share)s of all orders of 90 days") % {"share": percent(reason["share"])}
    ),
}


def _day_off(reason, country):
    """A closure or public holidays that the window has to go round, by name."""
    first, last = date.fromisoformat(reason["from"]), date.fromisoformat(reason["to"])
    days = day_range(first, last)
    if reason["code"] == "closed":
        return _("Closed %(days)s: no order is expected then.") % {"days": days}
    name = holiday_names.name_of(country, first, last) or _("Public holidays")
    return _("%(holiday)s, %(days)s: fewer orders come on public holidays.") % {"holiday": name, "days": days}


def _season(reason):
    """How likely an order is in the month of the called day, beside what the customer's rhythm alone says."""
    more, fiscal = reason["percent"] > 0, reason["fiscal_month"]
    if fiscal:
        words = (
            _(
                "In %(month)s, month %(place)s of his fiscal year, past years make an order %(share)s more likely."
            )
            if more
            else _(
                "In %(month)s, month %(place)s of his fiscal year, past years make an order %(share)s less likely."
            )
        )
    else:
        words = (
            _("In %(month)s past years make an order %(share)s more likely than his rhythm alone.")
            if more
            else _("In %(month)s past years make an order %(share)s less likely than his rhythm alone.")
        )
    return words % {
        "month": month_of_year(reason["month"]),
        "place": fiscal,
        "share": percent(abs(reason["percent"]) / 100),
    }


def _rule(reason):
    """By which rule the date is called, and why by that one."""
    if reason["why"] == "too_few_orders":
        return _("Called by his own rhythm; the book has too few orders for more.")
    if reason["why"] == "usual":
        return _(
            "Called by his own rhythm and by how such silences ended in this book; the more regular he is, "
            "the more his rhythm counts."
        )
    words = {
        "ewma_gap": _("Called by his own rhythm: over the last %(calls)s calls in this book it was nearest."),
        "median_of_curve": _(
            "Called by how such silences ended in this book: over the last %(calls)s calls that was nearest."
        ),
    }
    return words[reason["date"]] % {"calls": number(reason["calls"])}


def confidence(as_of):
    """How sure Dangol is, and of which days: in words before the figure."""
    sure = as_of.confidence
    words = (
        _("Dangol is fairly sure")
        if sure >= 0.7
        else _("More likely than not")
        if sure >= 0.5
        else _("Dangol is unsure")
    )
    return _("%(words)s: %(share)s that the order comes %(days)s, within 7 days of the likeliest day.") % {
        "words": words,
        "share": percent(sure),
        "days": day_range(as_of.window_from, as_of.window_to),
    }


def headline(as_of, today):
    """The answer in one line."""
    if as_of.state == "not_enough":
        if not as_of.needs_orders:
            return _("No orders yet")
        words = ngettext(
            "Not enough data: needs %(n)s more order",
            "Not enough data: needs %(n)s more orders",
            as_of.needs_orders,
        )
        return words % {"n": as_of.needs_orders}
    if as_of.state in ("overdue", "lapsed"):
        return _late(as_of)
    away = as_of.days_away(today)
    if away < 0:
        return _("Next order was expected by %(day)s") % {"day": day(as_of.expected_on)}
    return _in_days(away)


def called(on, whose, today):
    """The answer in one line, where a call leads: `whose` it is stands behind it."""
    return f"{_in_days((on - today).days)} · {whose}"


def _in_days(away):
    if away == 0:
        return _("Next order expected today")
    return ngettext("Next order in %(n)s day", "Next order in %(n)s days", away) % {"n": away}


def _late(as_of):
    if as_of.state == "lapsed":
        n = as_of.silence_days
        return ngettext("Silent for %(n)s day", "Silent for %(n)s days", n) % {"n": n}
    n = as_of.overdue_days
    return ngettext("Overdue by %(n)s day", "Overdue by %(n)s days", n) % {"n": n}


def worth_raising(items, names, as_of, people, focus):
    """Up to four things for the next call: what is late, gone, growing; whose birthday it is."""
    talks = []
    if as_of.state == "overdue":
        talks.append(
            Talk(
                "clock-alert",
                "risk",
                _("The order is late"),
                _("Nothing for %(n)s days, as far as orders are known. Ask what keeps it.")
                % {"n": as_of.silence_days},
            )
        )
    if as_of.state == "lapsed":
        text = _(
            "Nothing for %(n)s days, as far as orders are known. Ask whether he still buys, and from whom."
        )
        talks.append(Talk("clock-alert", "risk", _("He has fallen silent"), text % {"n": as_of.silence_days}))
    talks += [_birthday(person) for person in people if person.soon][:1]
    rows = items.get("rows", [])
    for tag, make in (
        ("gone_quiet", _gone_quiet),
        ("growing", _growing),
        ("new", _new),
        ("slipping", _slipping),
        ("steady", _steady),
    ):
        found = [row for row in rows if tag in row["tags"] and (row["orders"] or tag == "gone_quiet")]
        talks += [make(row, names(row["item"])) for row in found[:1]]
    enough = as_of.state != "not_enough"
    if enough and focus.get("level") == "concentrated" and len(talks) < RAISE_AT_MOST:
        talks.append(
            Talk(
                "target",
                "vio",
                _("He lives on a few items"),
                _("The first three are %(share)s of what he ordered in 12 months.")
                % {"share": percent(focus["top_share"])},
            )
        )
    return talks[:RAISE_AT_MOST]


def _birthday(person):
    when = _("today") if person.days_away == 0 else day(person.birthday)
    title = _("%(name)s has a birthday: %(when)s") % {"name": person.name, "when": when}
    return Talk(
        "cake", "vio", title, _("Turns %(age)s.") % {"age": person.turns} if person.turns else person.role
    )


def _gone_quiet(row, name):
    return Talk(
        "trending-down",
        "risk",
        _("%(item)s has gone quiet") % {"item": name},
        _("Not ordered since %(day)s; before, %(every)s.")
        % {"day": day_year(row["last_on"]), "every": every(row["interval"])},
    )


def _growing(row, name):
    return Talk(
        "trending-up",
        "ok",
        _("%(item)s is taking off") % {"item": name},
        _("In %(n)s of the last %(of)s orders, and much more than the year before.")
        % {"n": row["orders"], "of": row["of"]},
    )


def _new(row, name):
    return Talk(
        "sprout",
        "ok",
        _("%(item)s is new with him") % {"item": name},
        _("Ask how it sells. Last ordered on %(day)s.") % {"day": day(row["last_on"])},
    )


def _slipping(row, name):
    return Talk(
        "arrow-down-right",
        "risk",
        _("%(item)s is slipping") % {"item": name},
        _("Much less than the year before, though still in %(n)s of %(of)s orders.")
        % {"n": row["orders"], "of": row["of"]},
    )


def _steady(row, name):
    return Talk(
        "anchor",
        "vio",
        _("%(item)s: little, but always") % {"item": name},
        _("In %(n)s of %(of)s orders. Do you know why he never stops?")
        % {"n": row["orders"], "of": row["of"]},
    )


TAGS = {
    "top": ("tag-top", lambda: _("top item")),
    "growing": ("tag-grow", lambda: _("growing")),
    "slipping": ("tag-risk", lambda: _("slipping")),
    "gone_quiet": ("tag-risk", lambda: _("gone quiet")),
    "new": ("tag-new", lambda: _("new")),
    "steady": ("tag-steady", lambda: _("small but steady")),
}


def item_tags(row):
    return [(TAGS[tag][0], TAGS[tag][1]()) for tag in row["tags"] if tag in TAGS]


def due_words(next_on, as_of_day):
    """When an item is due again by its own rhythm; late ones say by how much."""
    if not next_on:
        return _("not yet known"), False
    due = date.fromisoformat(next_on)
    late = (as_of_day - due).days
    if late > 30:
        months = round(late / 30.4)
        return ngettext("%(n)s month late", "%(n)s months late", months) % {"n": number(months)}, True
    return day(due), False
