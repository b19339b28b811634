"""Products as the reader's customers buy them: plain functions, a constant number of queries, sums made by SQL.

Figures are of order lines by order date, returns subtracted, cancelled orders left out. Quantities add across
customers, money does not. Where lines are in other units than the product's, quantities leave those lines out.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import Count, F, Max, Min, Q, Sum

from accounts.access import visible
from analytics.models import Insight
from analytics.sentences import due_words, every
from crm.models import CustomerItem, Order, OrderLine
from crm.money import round_money
from crm.templatetags.figures import NONE

YEAR = timedelta(days=365)
MONTHS = 36
PRICES = 3  # a customer, the latest first
DIGITS = Decimal("0.001")


@dataclass(frozen=True)
class Sold:
    """One product in twelve months."""

    quantity: Decimal
    customers: int
    last_on: date | None


@dataclass
class Buyer:
    """One customer's buying of one product: twelve months and the twelve before. amounts: [(currency, amount)]."""

    pk: int
    name: str
    known_through: date | None
    quantity: Decimal = Decimal()
    before: Decimal = Decimal()
    amounts: list = field(default_factory=list)
    last_on: date | None = None
    item: CustomerItem | None = None  # why he buys it, where somebody said so

    def __str__(self):
        return self.name

    def add(self, currency, quantity, before, amount, last_on):
        self.quantity += quantity
        self.before += before
        if amount:
            self.amounts.append((currency, amount))
        self.last_on = max(filter(None, [self.last_on, last_on]), default=None)

    @property
    def amount(self):
        """To sort by: within a currency."""
        return self.amounts or [("", Decimal())]

    @property
    def stopped(self):
        return self.before > 0 and self.quantity <= 0


@dataclass(frozen=True)
class Expected:
    """What the customer's stored item answer says of the product."""

    rhythm: str = ""
    due: str = NONE
    late: bool = False


@dataclass(frozen=True)
class Price:
    price: Decimal
    currency: str
    unit: str
    since: date
    until: date


def figures(user, products, today) -> dict[int, Sold]:
    """product id -> twelve months of it, among customers that the reader sees."""
    year = Q(order__ordered_on__gt=today - YEAR)
    in_unit = Q(unit="") | Q(product__unit="") | Q(unit=F("product__unit"))
    rows = (
        _lines(user)
        .filter(product__in=products)
        .values_list("product")
        .annotate(
            sold=Sum("quantity", filter=year & in_unit),
            customers=Count("order__customer", filter=year & Q(quantity__gt=0), distinct=True),
            last_on=Max("order__ordered_on", filter=Q(quantity__gt=0)),
        )
        .order_by()
    )
    return {pk: Sold(_quantity(sold), customers, last_on) for pk, sold, customers, last_on in rows}


def buyers(user, product, today) -> list[Buyer]:
    """Who bought it, the most in twelve months first, then who stopped."""
    year = Q(order__ordered_on__gt=today - YEAR)
    year_before = Q(order__ordered_on__gt=today - 2 * YEAR, order__ordered_on__lte=today - YEAR)
    mine, by = _in_unit(product), "order__customer"
    rows = (
        _lines(user)
        .filter(product=product)
        .values_list(by, f"{by}__name", f"{by}__orders_known_through", "order__currency")
        .annotate(
            now=Sum("quantity", filter=year & mine),
            before=Sum("quantity", filter=year_before & mine),
            worth=Sum("amount", filter=year),
            last_on=Max("order__ordered_on", filter=Q(quantity__gt=0)),
        )
        .order_by()
    )
    found = {}
    for pk, name, known, currency, now, before, worth, last_on in rows:
        buyer = found.setdefault(pk, Buyer(pk, name, known))
        amount = round_money(worth or 0, currency)
        buyer.add(currency, _quantity(now), _quantity(before), amount, last_on)
    return sorted(found.values(), key=lambda buyer: (-buyer.quantity, -buyer.before, buyer.name, buyer.pk))


def by_month(user, product, today) -> tuple[list[str], list[float]]:
    """The last 36 months, the current one last: labels like 2026-03, and quantities."""
    first = today.year * 12 + today.month - MONTHS
    since = date(first // 12, first % 12 + 1, 1)
    rows = (
        _lines(user)
        .filter(
            _in_unit(product), product=product, order__ordered_on__gte=since, order__ordered_on__lte=today
        )
        .values_list("order__ordered_on")
        .annotate(sold=Sum("quantity"))
        .order_by()
    )
    values = [Decimal()] * MONTHS
    for day, sold in rows:
        values[day.year * 12 + day.month - 1 - first] += _quantity(sold)
    labels = [f"{(first + n) // 12}-{(first + n) % 12 + 1:02}" for n in range(MONTHS)]
    return labels, [float(value) for value in values]


def lines_in_other_units(user, product) -> int:
    if not product.unit:
        return 0
    return _lines(user).filter(product=product).exclude(_in_unit(product)).count()


def expected(product, customers) -> dict[int, Expected]:
    """customer id -> rhythm and next purchase, out of the stored answers of these customers (buyers)."""
    known = {buyer.pk: buyer.known_through for buyer in customers}
    found = {}
    for insight in Insight.objects.filter(detector="items", customer__in=known):
        rows = insight.answer.get("rows", [])
        row = next((row for row in rows if row["item"] == product.pk), None)
        if row:
            as_of = known[insight.customer_id] or date.fromisoformat(insight.answer["period"][1])
            due, late = due_words(row["next_on"], as_of)
            found[insight.customer_id] = Expected(
                every(row["interval"]) if row["interval"] else "", due if row["next_on"] else NONE, late
            )
    return found


def remarks(user, product, customers) -> dict[int, CustomerItem]:
    rows = visible(user, CustomerItem.objects).filter(product=product, customer__in=[c.pk for c in customers])
    return {item.customer_id: item for item in rows}


def prices(user, product, customers) -> dict[int, list[Price]]:
    """customer id -> his last prices, the latest first; returns and what was free are no price."""
    rows = (
        _lines(user)
        .filter(product=product, order__customer__in=[buyer.pk for buyer in customers], quantity__gt=0)
        .exclude(kind=OrderLine.Kind.FREE)
        .values_list("order__customer", "unit_price", "order__currency", "unit")
        .annotate(since=Min("order__ordered_on"), until=Max("order__ordered_on"))
        .order_by("-until", "-since", "unit_price")
    )
    found = {}
    for customer, *price in rows:
        known = found.setdefault(customer, [])
        if len(known) < PRICES:
            known.append(Price(*price))
    return found


def _lines(user):
    return visible(user, OrderLine.objects).exclude(order__status=Order.Status.CANCELLED)


def _in_unit(product):
    return Q(unit__in=["", product.unit]) if product.unit else Q()


def _quantity(value):
    """SQLite adds decimals as floating point."""
    return Decimal(value or 0).quantize(DIGITS)
