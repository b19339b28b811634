"""What the engine and the naive rule say of one customer's next order, as rows of the ledger. No query, no clock."""

import datetime as dt
import hashlib

import numpy as np

from analytics.engine.calendar import from_epoch_day
from analytics.engine.history import History
from analytics.models import Forecast
from analytics.outlook import as_of
from crm.money import reckoned_money

# Beyond those called: what a basket might have been is asked of the first twenty.
KEPT_ITEMS = 20


def made(history: History, answer: dict, curve, names, **fields) -> list[Forecast]:
    """[the model's forecast, the naive rule's], neither saved; empty where nothing is called.

    That is with too few orders, and after a silence beyond the horizon, which leaves no day to call.

    `answer`: analytics.engine.forecast.next_order.forecast of this history, its curve given apart.
    """
    if answer["status"] != "ready" or not curve:
        return []
    anchor = from_epoch_day(history.last_day)
    common = {
        "customer_id": int(history.customer),
        "anchor_on": anchor,
        "known_through": from_epoch_day(max(history.known_through, history.last_day)),
        "currency": history.currency,
        **fields,
    }
    model = _model(answer, curve, common)
    if model.expected_on <= model.known_through:
        return []
    return [model, _naive(history, names, common)]


def _model(answer, curve, common):
    anchor, through, currency = common["anchor_on"], common["known_through"], common["currency"]
    seen = as_of(curve, answer["point_gap"], None, anchor, through)
    first = as_of(curve, answer["point_gap"], None, anchor, anchor)
    amount, size = answer.get("amount") or {}, answer.get("basket_size", 0)
    items = [
        [row["item"], row["quantity"], row["p"]] for row in answer.get("items", [])[: max(size, KEPT_ITEMS)]
    ]
    called = [product for product, *_ in items[:size]]
    return Forecast(
        method=Forecast.Method.MODEL,
        # The day as it was called on the order day: what silence does to it since then is no change of mind.
        fingerprint=fingerprint(first.expected_on, amount.get("point"), called),
        expected_on=seen.expected_on,
        low_on=seen.low_on,
        high_on=seen.high_on,
        window_from=seen.window_from,
        window_to=seen.window_to,
        confidence=seen.confidence,
        amount=reckoned_money(amount.get("point"), currency),
        amount_low=reckoned_money(amount.get("low"), currency),
        amount_high=reckoned_money(amount.get("high"), currency),
        items=items,
        basket_size=size,
        **common,
    )


def _naive(history, names, common):
    """The usual gap after the last order, the usual amount, and once more what was in the last box."""
    gap = dt.timedelta(days=max(round(float(np.median(history.gaps))), 1))
    known = history.amounts[~np.isnan(history.amounts)]
    amount = float(np.median(known)) if len(known) else None
    last = history.day == history.days[-1]
    items = [
        [int(product), float(quantity), None]
        for product, quantity in zip(names[history.item[last]], history.quantity[last], strict=True)
    ]
    day = common["anchor_on"] + gap
    return Forecast(
        method=Forecast.Method.NAIVE,
        fingerprint=fingerprint(day, amount, [product for product, *_ in items]),
        # Once the usual day has passed in silence, the rule says: any day now.
        expected_on=max(day, common["known_through"] + dt.timedelta(days=1)),
        amount=reckoned_money(amount, common["currency"]),
        items=items,
        basket_size=len(items),
        **common,
    )


def fingerprint(day: dt.date, amount: float | None, products) -> str:
    """Of day, amount to two digits, and basket: what moves less than that is no news."""
    rough = "" if amount is None else f"{amount:.1e}"
    said = f"{day} {rough} {sorted(products)}"
    return hashlib.blake2b(said.encode(), digest_size=8).hexdigest()
