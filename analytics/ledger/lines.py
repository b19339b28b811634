"""A customer's ledger, one line an order day: who called what, and what came. No clock."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from analytics.ledger.minds import changes, changes_of_call
from analytics.models import Call, Forecast, Settlement
from analytics.tables import outlook_of

OPEN = "open"


@dataclass(frozen=True)
class Side:
    """What one of the three said, and how it came out; `score` is None while it is open. revisions: see analytics.ledger.minds."""

    said: Forecast | Call
    score: Settlement | None
    revisions: int = 0


@dataclass(frozen=True)
class Line:
    """The order after `anchor_on`. state: open, settled or missed; `on` is the order day, or None."""

    anchor_on: date
    state: str
    on: date | None
    replayed: bool
    model: Side | None
    naive: Side | None
    rep: Side | None
    amount: Decimal | None
    # Of what came: what was called before the customer's currency changed is in another.
    currency: str
    basket: int | None


def lines(customer) -> list[Line]:
    """The latest first, of a customer fetched with his outlook. Three queries.

    Open is what stands on his last order; what stands on an order that is gone, and settles nothing, is passed over.
    """
    scores = {
        (Forecast, score.forecast_id) if score.forecast_id else (Call, score.call_id): score
        for score in customer.settlements.filter(voided_at=None)
    }
    said = defaultdict(lambda: defaultdict(list))
    for forecast in customer.forecasts.defer("items").order_by("revision"):
        said[forecast.anchor_on][forecast.method].append(forecast)
    for call in customer.calls.select_related("author").order_by("revision", "pk"):
        said[call.anchor_on]["rep"].append(call)
    outlook = outlook_of(customer)
    last = outlook.last_ordered_on if outlook else None
    found = [_line(anchor, said[anchor], scores, customer.currency) for anchor in sorted(said, reverse=True)]
    return [line for line in found if line.state != OPEN or line.anchor_on == last]


def _line(anchor, said, scores, currency):
    model, naive, rep = (_side(said[method], scores) for method in ("model", "naive", "rep"))
    scored = [side.score for side in (model, naive, rep) if side and side.score]
    # Each is missed in its own time: where the order still came for one of them, it came.
    came = next((score for score in scored if score.state == Settlement.State.SETTLED), None)
    first = model or naive or rep
    return Line(
        anchor_on=anchor,
        state=came.state if came else scored[0].state if scored else OPEN,
        on=came.on if came else None,
        replayed=bool(model and model.said.replayed),
        model=model,
        naive=naive,
        rep=rep,
        amount=came.amount if came else None,
        currency=currency if came else first.said.currency,
        basket=came.basket if came else None,
    )


def _side(said, scores):
    """The one that counts: of calls the one that was settled, else the latest; of forecasts the official one, or what was
    replayed in its place because it came too late."""
    if not said:
        return None
    settled = next((one for one in said if (type(one), one.pk) in scores), None)
    shown = settled or (said[-1] if isinstance(said[0], Call) else said[0])
    score = scores.get((type(shown), shown.pk))
    if isinstance(shown, Call):
        # Not what colleagues said of the same order.
        return Side(shown, score, changes_of_call([one for one in said if one.author_id == shown.author_id]))
    since = said[said.index(shown) :]
    return Side(shown, score, changes((one.issued_on, one.fingerprint) for one in since))
