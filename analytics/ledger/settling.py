"""Settles what has come out, and voids what turned out otherwise: the ledger is made to agree with the order book."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db import transaction

from analytics.ledger import scores
from analytics.ledger.calls import counting
from analytics.ledger.orderdays import Came, OrderDays, in_time
from analytics.models import Call, Forecast, Settlement

CHUNK = 500


@dataclass(frozen=True)
class Said:
    """What it takes to see whether something is settled: without its items, of which there may be many."""

    model: type
    pk: int
    customer: int
    anchor_on: date
    expected_on: date
    high_on: date | None = None
    made_on: date | None = None


@transaction.atomic
def settle(days: dict[int, OrderDays], now):
    """`days`: {customer: his order days}. Everything said of these customers gets the settlement that is due now.

    A settlement holds as long as its order day is there, is the next after its anchor, and holds what it held; or, for
    a missed one, as long as no order has come. Otherwise it is voided and what it settled is open again, to be settled
    anew where there is something to settle it by. A constant number of queries for a batch whose book has not moved.
    """
    standing = _standing(days)
    due, void = [], []
    for said in _said(days):
        outcome = days[said.customer].after(said.anchor_on, said.expected_on, said.high_on)
        pk, *known = standing.pop((said.model, said.pk), (None,))
        if known == _identity(outcome):
            continue
        if pk:
            void.append(pk)
        if outcome is not None:
            due.append((said, outcome))
    # What is left settles a call that no longer counts.
    void += [pk for pk, *_known in standing.values()]
    for start in range(0, len(void), CHUNK):
        Settlement.objects.filter(pk__in=void[start : start + CHUNK], voided_at=None).update(voided_at=now)
    _write(due, days, now.date())


def _identity(outcome):
    """What a settlement of this outcome says: state, day, facts."""
    if outcome is None:
        return []
    if isinstance(outcome, Came):
        return [Settlement.State.SETTLED, outcome.on, outcome.facts]
    return [Settlement.State.MISSED, outcome, 0]


def _standing(days):
    rows = Settlement.objects.filter(customer__in=list(days), voided_at=None)
    columns = ("pk", "forecast", "call", "state", "on", "facts")
    return {
        (Forecast, forecast) if forecast else (Call, call): (pk, *identity)
        for pk, forecast, call, *identity in rows.values_list(*columns)
    }


def _said(days):
    yield from _forecasts_in_time(days)
    yield from _counting_calls(days)


def _forecasts_in_time(days):
    """Those that were issued before the day of the order; a replayed one only where it stands in for one that was too late."""
    rows = Forecast.objects.filter(customer__in=list(days)).order_by("revision")
    columns = ("method", "issued_on", "replayed", "pk", "customer", "anchor_on", "expected_on", "high_on")
    found = set()
    for method, issued_on, replayed, *row in rows.values_list(*columns):
        said = Said(Forecast, *row)
        key = (said.customer, said.anchor_on, method)
        late = not in_time(issued_on, days[said.customer].next_on(said.anchor_on))
        if late or (replayed and key in found):
            continue
        found.add(key)
        yield said


def _counting_calls(days):
    """Of each author's calls of an order the one that counts; the others stay in the ledger and are not scored."""
    rows = Call.objects.filter(customer__in=list(days)).order_by("revision")
    columns = ("author", "made_on", "pk", "customer", "anchor_on", "expected_on")
    said = defaultdict(list)
    for author, made_on, *row in rows.values_list(*columns):
        said[author, *row[1:3]].append(Said(Call, *row, made_on=made_on))
    for (_author, customer, anchor), calls in said.items():
        counts = counting(calls, days[customer].next_on(anchor))
        if counts:
            yield counts


def _write(due, days, today):
    rows = []
    found = {
        model: _whole(model, [said.pk for said, _ in due if said.model is model])
        for model in (Forecast, Call)
    }
    for said, outcome in due:
        whole, currency = found[said.model].get(said.pk), days[said.customer].currency
        if whole is None:
            continue
        came = isinstance(outcome, Came)
        score = scores.settled(whole, outcome, currency) if came else scores.missed(whole, outcome)
        of = {"forecast_id": said.pk} if said.model is Forecast else {"call_id": said.pk}
        rows.append(Settlement(customer_id=said.customer, settled_on=today, **of, **score))
    Settlement.objects.bulk_create(rows, ignore_conflicts=True, batch_size=CHUNK)


def _whole(model, pks):
    """In one query for each few hundred, for a database takes only so many parameters."""
    found = {}
    for start in range(0, len(pks), CHUNK):
        found |= model.objects.in_bulk(pks[start : start + CHUNK])
    return found
