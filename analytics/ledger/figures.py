"""How often who was right: sums over settlements that stand, each of one query, however many there are."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Avg, Count, Exists, F, Max, Min, OuterRef, Q
from django.db.models.functions import Abs, Coalesce, Floor, TruncQuarter

from analytics.models import Forecast, Settlement

REP = "rep"
METHODS = (Forecast.Method.MODEL, Forecast.Method.NAIVE, REP)
CARD_LAST = 14
# Fewer say nothing of how often one is right; of calibration twice as many, for they are spread over several points.
HANDFUL, CALIBRATION_AT_LEAST, POINT_AT_LEAST = 5, 20, 8
# Confidence is looked at in tenths where there are so many, else in fifths.
TENTHS_AT_LEAST = 200
Z80 = 1.2816


@dataclass(frozen=True)
class Rate:
    right: int = 0
    of: int = 0

    @property
    def share(self):
        return self.right / self.of if self.of else None

    @property
    def enough(self):
        return self.of >= HANDFUL

    def __add__(self, other):
        return Rate(self.right + other.right, self.of + other.of)


@dataclass
class Score:
    """Of one method. days_off: mean without sign, over orders that came."""

    method: str
    called: Rate = field(default_factory=Rate)
    replayed: Rate = field(default_factory=Rate)
    inside: Rate = field(default_factory=Rate)
    amounts: Rate = field(default_factory=Rate)
    baskets: Rate = field(default_factory=Rate)
    came: int = 0
    days: float = 0.0

    @property
    def all(self):
        return self.called + self.replayed

    @property
    def days_off(self):
        return self.days / self.came if self.came else None


def counted(settlements):
    """Those that stand, of official forecasts, of those replayed in their place, and of the calls that count."""
    counts = Q(forecast=None) | Q(forecast__revision=0) | Q(forecast__replayed=True)
    return settlements.filter(counts, voided_at=None)


def scoreboard(settlements) -> dict[str, Score]:
    """{method: score} of model, naive rule and rep."""
    scores = {method: Score(method) for method in METHODS}
    for row in _summed(counted(settlements), "forecast__method", "forecast__replayed"):
        _add(scores[row["forecast__method"] or REP], row, row["forecast__replayed"])
    return scores


def beside_calls(settlements) -> Score:
    """The model on the orders that a rep called too: only there can the two be compared."""
    called = Settlement.objects.filter(
        voided_at=None, customer=OuterRef("customer"), call__anchor_on=OuterRef("forecast__anchor_on")
    )
    score = Score(Forecast.Method.MODEL)
    rows = counted(settlements).filter(Exists(called), forecast__method=Forecast.Method.MODEL)
    for row in _summed(rows, "forecast__replayed"):
        _add(score, row, row["forecast__replayed"])
    return score


def _summed(rows, *by):
    within = {"amount_error__gte": -Settlement.RIGHT_AMOUNT, "amount_error__lte": Settlement.RIGHT_AMOUNT}
    return (
        rows.order_by()
        .values(*by)
        .annotate(
            of=Count("pk"),
            hits=Count("pk", filter=Q(right=True)),
            came=Count("days_off"),
            days=Avg(Abs(F("days_off"))),
            intervals=Count("inside"),
            held=Count("pk", filter=Q(inside=True)),
            amounts=Count("amount_error"),
            amounts_right=Count("pk", filter=Q(**within)),
            baskets=Count("basket_f1"),
            baskets_right=Count("pk", filter=Q(basket_f1__gte=Settlement.RIGHT_BASKET)),
        )
    )


def _add(score, row, replayed):
    rate = Rate(row["hits"], row["of"])
    if replayed:
        score.replayed += rate
    else:
        score.called += rate
    score.inside += Rate(row["held"], row["intervals"])
    score.amounts += Rate(row["amounts_right"], row["amounts"])
    score.baskets += Rate(row["baskets_right"], row["baskets"])
    score.came += row["came"]
    score.days += (row["days"] or 0) * row["came"]


def period(settlements) -> tuple[date | None, date | None]:
    found = counted(settlements).aggregate(since=Min("on"), until=Max("on"))
    return found["since"], found["until"]


@dataclass(frozen=True)
class Point:
    """Forecasts of about the same confidence: what was stated on average, what came, and the 80 % interval of that share."""

    stated: float
    came: float
    low: float
    high: float
    right: int
    of: int


@dataclass(frozen=True)
class Calibration:
    """`parts`: of how many equal parts of confidence the points are."""

    points: list[Point] = field(default_factory=list)
    parts: int = 5

    @property
    def in_tenths(self):
        return self.parts == 10


def calibration(settlements) -> Calibration:
    """Of the model's fifteen likeliest days: how sure it was against how often they held the order.

    Thin parts are put together with their neighbours; without points where there are too few.
    """
    rows = (
        counted(settlements)
        .filter(forecast__method=Forecast.Method.MODEL, in_window__isnull=False)
        .order_by()
        .annotate(tenth=Floor(F("forecast__confidence") * 10))
        .values("tenth")
        .annotate(
            of=Count("pk"), hits=Count("pk", filter=Q(in_window=True)), stated=Avg("forecast__confidence")
        )
        .order_by("tenth")
    )
    tenths = {int(row["tenth"]): (row["of"], row["hits"], row["stated"] * row["of"]) for row in rows}
    total = sum(of for of, _hits, _stated in tenths.values())
    if total < CALIBRATION_AT_LEAST:
        return Calibration()
    parts = 10 if total >= TENTHS_AT_LEAST else 5
    bins = {}
    for tenth, one in tenths.items():
        # Of 100 % there is no tenth of its own.
        part = min(tenth, 9) * parts // 10
        bins[part] = _together(bins.get(part, NOTHING), one)
    return Calibration([_point(*one) for one in _thick(bins.values())], parts)


NOTHING = (0, 0, 0.0)


def _together(one, other):
    return tuple(map(sum, zip(one, other, strict=True)))


def _thick(bins):
    """Neighbours put together until each has enough; what is left over at the end goes to the last."""
    whole = [NOTHING]
    for one in bins:
        if whole[-1][0] >= POINT_AT_LEAST:
            whole.append(NOTHING)
        whole[-1] = _together(whole[-1], one)
    if whole[-1][0] < POINT_AT_LEAST and len(whole) > 1:
        rest = whole.pop()
        whole[-1] = _together(whole[-1], rest)
    return whole


def _point(of, hits, stated):
    low, high = wilson(hits, of)
    return Point(stated / of, hits / of, low, high, hits, of)


def wilson(hits: int, of: int) -> tuple[float, float]:
    """80 % interval of a share (Wilson 1927)."""
    share, z = hits / of, Z80**2 / of
    middle = (share + z / 2) / (1 + z)
    half = Z80 / (1 + z) * (share * (1 - share) / of + z / (4 * of)) ** 0.5
    return max(middle - half, 0.0), min(middle + half, 1.0)


def by_quarter(settlements) -> dict[str, dict[date, Rate]]:
    """{method: {first day of the quarter: rate}}, called and replayed together."""
    found = {method: {} for method in METHODS}
    rows = (
        counted(settlements)
        .order_by()
        .annotate(quarter=TruncQuarter("on"))
        .values("quarter", "forecast__method")
        .annotate(of=Count("pk"), hits=Count("pk", filter=Q(right=True)))
        .order_by("quarter")
    )
    for row in rows:
        found[row["forecast__method"] or REP][row["quarter"]] = Rate(row["hits"], row["of"])
    return found


@dataclass(frozen=True)
class RepScore:
    """Of one rep: his own calls, wherever they were, and the model on the customers that are his today."""

    rep: int
    calls: Rate
    model: Rate
    naive: Rate


def by_rep(settlements) -> list[RepScore]:
    """A call stays its author's when the customer moves on to somebody else."""
    found = {}
    rows = (
        counted(settlements)
        .order_by()
        .annotate(rep=Coalesce("call__author", "customer__owner"))
        .values("rep", "forecast__method")
        .annotate(of=Count("pk"), hits=Count("pk", filter=Q(right=True)))
    )
    for row in rows:
        rates = found.setdefault(row["rep"], {})
        rates[row["forecast__method"] or REP] = Rate(row["hits"], row["of"])
    return [
        RepScore(rep, *(rates.get(method, Rate()) for method in (REP, *METHODS[:2])))
        for rep, rates in found.items()
    ]


CUSTOMER = ("customer", "customer__name", "customer__code", "customer__country", "customer__owner__name")


def by_customer(settlements):
    """A row (dict) a customer: CUSTOMER, and of how many each of the three was right: model_right, model_of, and so on."""
    counts = {}
    for method in METHODS:
        kind = Q(forecast=None) if method == REP else Q(forecast__method=method)
        counts[f"{method}_of"] = Count("pk", filter=kind)
        counts[f"{method}_right"] = Count("pk", filter=kind & Q(right=True))
    return counted(settlements).order_by().values(*CUSTOMER).annotate(**counts)


@dataclass(frozen=True)
class Hits:
    """For the card. replayed: how many of them were called afterwards."""

    right: int
    of: int
    replayed: int


def last_hits(customer) -> Hits | None:
    """Of the last fourteen orders, called or replayed."""
    rows = counted(customer.settlements).filter(forecast__method=Forecast.Method.MODEL).order_by("-on")
    found = list(rows.values_list("right", "forecast__replayed")[:CARD_LAST])
    if not found:
        return None
    right, replayed = zip(*found, strict=True)
    return Hits(sum(right), len(found), sum(replayed))
