"""What the demo company's reps have called of their customers' orders. Nothing here asks the clock."""

import math
import random
from datetime import date, timedelta
from decimal import Decimal

from analytics.engine.calendar import from_epoch_day
from analytics.models import Call
from analytics.orderbook_db import load_book
from crm.models import Customer
from crm.money import round_money

LAST_ORDERS = 8
EVERY = 3  # each rep calls the orders of each third of his customers
OPEN_CALLS = 3
# How well they know their customers: in days, in amounts, and how often they have a word to say at all.
DAYS, AMOUNTS, OFTEN = 6.5, 0.22, 0.7
REASONS = [
    "They told me on the phone",
    "Trade fair first, then they order",
    "Stock was low when I visited",
    "Waiting for their budget",
    "",
    "",
    "",
]


def demo_calls(today: date, seed: int) -> list[Call]:
    """Calls of the last orders of some demo customers, and of a few that are yet to come; unsaved."""
    book = load_book()
    customers = Customer.objects.filter(is_demo=True).in_bulk()
    calls, seen, waiting = [], {}, {}
    for index, pk in enumerate(book.customers.tolist()):
        customer, history = customers.get(pk), book.history(index)
        if customer is None or history.n <= LAST_ORDERS:
            continue
        place = seen[customer.owner_id] = seen.get(customer.owner_id, -1) + 1
        if place % EVERY:
            continue
        luck = random.Random(f"{seed}:calls:{customer.code}")
        calls += _past(customer, history, luck)
        before = waiting.get(customer.owner_id, 0)
        if before < OPEN_CALLS and (call := _open(customer, history, luck, today)):
            # The second one leads its card, for all to see what that looks like.
            call.leads = before == 1
            calls.append(call)
            waiting[customer.owner_id] = before + 1
    return calls


def _past(customer, history, luck):
    for index in range(history.n - LAST_ORDERS, history.n):
        anchor, came = (from_epoch_day(day) for day in history.days[index - 1 : index + 1])
        if luck.random() > OFTEN or (came - anchor).days < 4:
            continue
        called = came + timedelta(days=round(luck.gauss(0, DAYS)))
        yield _call(customer, anchor, max(called, anchor + timedelta(days=3)), history.amounts[index], luck)


def _open(customer, history, luck, today):
    """None where the day that he would have called has passed already."""
    anchor, gap = from_epoch_day(history.last_day), timedelta(days=round(float(history.gaps[-5:].mean())))
    called = anchor + gap + timedelta(days=luck.randint(-3, 5))
    if called <= today:
        return None
    call = _call(customer, anchor, called, float(history.amounts[-5:].mean()), luck)
    call.reason = call.reason or REASONS[0]
    return call


def _call(customer, anchor, called, amount, luck):
    worth = float(amount) * math.exp(luck.gauss(0, AMOUNTS))
    known = not math.isnan(worth)
    return Call(
        customer=customer,
        author_id=customer.owner_id,
        anchor_on=anchor,
        made_on=anchor + timedelta(days=2),
        expected_on=called,
        amount=round_money(Decimal(f"{worth:.2g}"), customer.currency) if known else None,
        currency=customer.currency,
        reason=luck.choice(REASONS),
    )
