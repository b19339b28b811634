"""One definition of how good a call was, for model, naive rule and rep alike. No query, no clock."""

from analytics.engine.scoring import f1
from analytics.ledger.orderdays import Came
from analytics.models import Settlement
from crm.money import reckoned_money


def settled(said, came: Came, currency: str) -> dict:
    """The scores of `said` (a Forecast or a Call), whose order came on a day; `currency` is that of what came."""
    days_off = (came.on - said.expected_on).days
    amount = reckoned_money(came.amount, currency)
    return {
        "state": Settlement.State.SETTLED,
        "on": came.on,
        "facts": came.facts,
        "days_off": days_off,
        "right": abs(days_off) <= Settlement.RIGHT_DAYS,
        **_windows(said, came.on),
        "amount": amount,
        "amount_error": _amount_error(said, amount, currency),
        "basket": len(came.items),
        **_basket(said.called_items, came.items),
    }


def missed(said, on) -> dict:
    """No order came in time: wrong, and outside of every window. `on`: the last day that would have been right."""
    return {"state": Settlement.State.MISSED, "on": on, "right": False, **_windows(said, None)}


def _windows(said, on):
    """A rep's call and the naive rule's have no interval, and are not asked for one."""
    low, high = getattr(said, "low_on", None), getattr(said, "high_on", None)
    first, last = getattr(said, "window_from", None), getattr(said, "window_to", None)
    return {
        "inside": None if low is None or high is None else bool(on and low <= on <= high),
        "in_window": None if first is None or last is None else bool(on and first <= on <= last),
    }


def _amount_error(said, amount, currency):
    """Amounts in two currencies are not compared."""
    if said.amount is None or not amount or amount <= 0 or said.currency != currency:
        return None
    return float(said.amount / amount) - 1


def _basket(called, bought):
    if not called or not bought:
        return {"basket_f1": None, "quantities_right": None}
    asked = [
        abs(quantity - bought[product]) <= Settlement.RIGHT_AMOUNT * bought[product]
        for product, quantity, *_ in called
        if quantity is not None and product in bought
    ]
    return {
        "basket_f1": f1([product for product, *_ in called], list(bought)),
        "quantities_right": sum(asked) / len(asked) if asked else None,
    }
