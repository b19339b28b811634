"""Stored answers -> what the cards of the dashboard show. No query, no clock."""

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics import sentences
from crm.templatetags.figures import NONE, day, day_range, is_unchanged, money_short, number, percent_change

SPARK_WIDTH, SPARK_HEIGHT = 200, 40
LIKELY = 5
BARS = 12


@dataclass(frozen=True)
class Spark:
    line: str
    area: str


def spark(values) -> Spark | None:
    """A line over the card's width, for at least three values."""
    if len(values) < 3:
        return None
    low, high = min(values), max(values)
    step = SPARK_WIDTH / (len(values) - 1)
    scale = (SPARK_HEIGHT - 6) / ((high - low) or 1)
    points = [
        f"{index * step:.1f},{SPARK_HEIGHT - 3 - (value - low) * scale:.1f}"
        for index, value in enumerate(values)
    ]
    line = " ".join(points)
    return Spark(line, f"0,{SPARK_HEIGHT} {line} {SPARK_WIDTH},{SPARK_HEIGHT}")


@dataclass(frozen=True)
class Tile:
    label: str
    value: str
    note: str
    spark: Spark | None = None
    change: str = ""
    up: bool | None = None
    url: str = ""


def tiles(answers, currency, urls) -> list[Tile]:
    sales, rhythm = answers.get("sales", {}), answers.get("rhythm", {})
    if sales.get("status") != "ready":
        return []
    year = urls["year"]
    return [
        _year(sales, currency, year),
        _rhythm(rhythm, year),
        _order_value(sales, currency, year),
        _lines(sales, year),
    ]


def _year(sales, currency, url):
    now, before = sales["amount_12m"], sales["amount_prev_12m"]
    change, up = "", None
    if before and before > 0:
        share = now / before - 1
        change, up = percent_change(share), None if is_unchanged(share) else share > 0
    note = _("vs the 12 months before") if change else _("history is shorter than two years")
    return Tile(
        _("Orders received, 12 months"),
        money_short(now, currency),
        note,
        spark(sales["amount"][-25:-1]),
        change,
        up,
        url,
    )


def _rhythm(rhythm, url):
    if rhythm.get("status") != "ready":
        n = rhythm.get("needs", 0)
        words = ngettext("needs %(n)s more order", "needs %(n)s more orders", n) % {"n": n}
        return Tile(_("Order rhythm"), NONE, f"{_('not enough data')}: {words}")
    days = round(rhythm["interval"])
    count, spread = rhythm["orders_12m"], round(rhythm["spread"])
    return Tile(
        _("Order rhythm"),
        ngettext("%(n)s day", "%(n)s days", days) % {"n": days},
        ngettext("%(n)s order in 12 months", "%(n)s orders in 12 months", count) % {"n": number(count)},
        spark(rhythm["gaps"]),
        ngettext("± %(n)s day", "± %(n)s days", spread) % {"n": spread},
        url=url,
    )


def _order_value(sales, currency, url):
    value = sales["median_amount_12m"]
    shown = money_short(value, currency)
    return Tile(
        _("Median order"), shown, _("order days of 12 months"), spark(sales["order_amounts"]), url=url
    )


def _lines(sales, url):
    value = sales["lines_per_order_12m"]
    return Tile(
        _("Items per order"),
        number(value, 1),
        _("mean of 12 months"),
        spark(sales["order_sizes"]),
        url=url,
    )


@dataclass(frozen=True)
class Likely:
    name: str
    quantity: str
    probability: float
    url: str
    why: str = ""


@dataclass(frozen=True)
class NextOrder:
    """The next-order card. `strip` places last order, as-of day, window and best guess in percent of its width."""

    headline: str
    state: str
    # What the model alone says, where a call leads and the headline is the call's.
    own: str = ""
    window: str = ""
    best_guess: date | None = None
    confidence: str = ""
    amount_low: object = None
    amount_high: object = None
    amount: object = None
    currency: str = ""
    lines: int = 0
    right: int = 0
    of: int = 0
    replayed: int = 0
    # Whether there has been an order that a call could be about the next one of.
    callable: bool = False
    likely: list = field(default_factory=list)
    reasons: list = field(default_factory=list)
    strip: dict = field(default_factory=dict)
    known_through: date | None = None
    known_old: bool = False


OLD_DAYS = 14


def next_order(
    outlook, seen, goods, orders_url, today, hits=None, called_on=None, led_by="", country=""
) -> NextOrder:
    """`outlook` may be None: then nothing has been computed yet. `goods` knows name and unit of a product.

    `hits`: what the ledger says of the past (analytics.ledger.figures.Hits); without it what the engine reckons.
    `called_on`: the day that a rep calls, for the time line; `led_by`: whose call it is, where it leads. `country`: the
    customer's, whose holidays are named.
    """
    if outlook is None:
        return NextOrder(_("Being computed"), "computing")
    forecast = outlook.forecast
    reckoned = forecast.get("hit_rate", {"right": 0, "of": 0})
    own = sentences.headline(seen, today)
    common = {
        "headline": sentences.called(called_on, led_by, today) if led_by else own,
        "state": seen.state,
        "own": own if led_by else "",
        "amount": outlook.amount,
        "amount_low": outlook.amount_low,
        "amount_high": outlook.amount_high,
        "currency": outlook.currency,
        "lines": forecast.get("basket_size", 0),
        "callable": outlook.last_ordered_on is not None,
        "likely": _likely(forecast.get("items", []), goods, orders_url),
        "reasons": sentences.reasons(forecast, seen, country),
        "known_through": outlook.known_through,
        "known_old": bool(outlook.known_through and (today - outlook.known_through).days > OLD_DAYS),
    }
    if seen.state == "not_enough":
        return NextOrder(**common)
    return NextOrder(
        **common,
        window=day_range(seen.low_on, seen.high_on),
        best_guess=seen.expected_on,
        confidence=sentences.confidence(seen),
        right=hits.right if hits else reckoned["right"],
        of=hits.of if hits else reckoned["of"],
        replayed=hits.replayed if hits else reckoned["of"],
        strip=_strip(outlook.last_ordered_on, seen, called_on),
    )


def _likely(items, goods, orders_url):
    shown = []
    for row in items[:LIKELY]:
        amounts = ""
        if row["quantity"] is not None:
            low, high = number(row["low"]), number(row["high"])
            amounts = f"{low if low == high else f'{low} – {high}'} {goods.unit(row['item'])}".strip()
        url = f"{orders_url}&product={row['item']}"
        why = sentences.item_reasons(row.get("why", []))
        shown.append(Likely(goods.name(row["item"]), amounts, row["p"], url, why))
    return shown


def _strip(last_on, seen, called_on=None):
    end = max(seen.high_on, seen.as_of, called_on or seen.as_of) + timedelta(
        days=max((seen.high_on - last_on).days // 8, 2)
    )
    span = (end - last_on).days or 1

    def at(on):
        return round(100 * min(max((on - last_on).days / span, 0), 1), 1)

    band = at(seen.low_on)
    marks = _spaced(
        [
            (0, day(last_on)),
            (at(seen.expected_on), day(seen.expected_on)),
            (100, day(end)),
            (at(seen.as_of), day(seen.as_of)),
        ]
    )
    return {
        "now": f"{at(seen.as_of)}%",
        "low": f"{band}%",
        "width": f"{max(at(seen.high_on) - band, 1.5):.1f}%",
        "best": f"{at(seen.expected_on)}%",
        "called": f"{at(called_on)}%" if called_on else "",
        "last_label": day(last_on),
        "marks": marks,
    }


LETTER = 1.9  # percent of a phone's strip that a letter takes; a Korean one takes two's room


def _spaced(marks):
    """Dates below the strip, the first ones first: what would run into one that is there already is left out."""
    shown, taken = [], []
    for at, text in marks:
        wide = LETTER * sum(1 if letter < "\u2e80" else 2 for letter in text)
        start = 0 if at == 0 else 100 - wide if at == 100 else at - wide / 2
        if (
            start >= 0
            and start + wide <= 100
            and all(start > to + 2 or start + wide < of - 2 for of, to in taken)
        ):
            taken.append((start, start + wide))
            shown.append({"x": f"{at}%", "anchor": {0: "start", 100: "end"}.get(at, "middle"), "text": text})
    return shown


@dataclass(frozen=True)
class ItemRow:
    pk: int
    name: str
    sku: str
    amount: float
    share: float
    bars: list
    rhythm: str
    due: str
    late: bool
    tags: list
    url: str


def item_rows(answer, names, skus, as_of_day, url) -> list[ItemRow]:
    rows = []
    for row in answer.get("rows", []):
        due, late = sentences.due_words(row["next_on"], as_of_day)
        rows.append(
            ItemRow(
                pk=row["item"],
                name=names(row["item"]),
                sku=skus(row["item"]),
                amount=row["amount_12m"],
                share=row["share"],
                bars=bars(row["months"]),
                rhythm=sentences.every(row["interval"]) if row["interval"] else _("not yet known"),
                due=due,
                late=late,
                tags=sentences.item_tags(row),
                url=f"{url}&product={row['item']}",
            )
        )
    return rows


def bars(months):
    """Twelve bars of 6 by 22 pixels: x, y, height, whether it is nothing."""
    top = max([*months, 0]) or 1
    found = []
    for index, value in enumerate(months[:BARS]):
        height = max(round(21 * max(value, 0) / top, 1), 1)
        found.append({"x": index * 7, "y": round(22 - height, 1), "h": height, "zero": value <= 0})
    return found
