"""What a customer says he sold on and has in stock, beside what he ordered: whole months, a constant number of queries."""

from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import F, OuterRef, Q, Subquery, Sum
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from analytics.behind import later
from crm.models import Order, OrderLine, Product, SellOut, StockLevel
from crm.templatetags.figures import number, percent_change

MONTHS = 3
SHOWN = 12
# Nearer to none than that is no news.
NEWS = Decimal("0.05")
# Longer than that nobody means to keep anything.
LONG = 24
DIGITS = Decimal("0.001")


@dataclass
class Line:
    """One product. `before` is None where the months before can't be compared, `stock` where none was reported."""

    pk: int
    name: str
    sku: str
    unit: str
    sold: Decimal
    before: Decimal | None
    stock: Decimal | None
    bought: Decimal
    months: int
    url: str = ""

    @property
    def growth(self) -> Decimal | None:
        return self.sold / self.before - 1 if self.before and self.before > 0 else None

    @property
    def change(self) -> str:
        if self.growth is not None:
            return percent_change(self.growth)
        return _("new") if self.before == 0 and self.sold > 0 else ""

    @property
    def trend(self) -> str:
        if self.growth is None or abs(self.growth) < NEWS:
            return ""
        return "up" if self.growth > 0 else "dn"

    @property
    def cover(self) -> Decimal | None:
        """For how many months the stock lasts at the pace of the months reported."""
        if self.stock is None or self.sold <= 0:
            return None
        return self.stock * self.months / self.sold

    @property
    def cover_words(self) -> str:
        if self.cover is None:
            return ""
        if self.cover > LONG:
            return _("over %(n)s months") % {"n": LONG}
        shown = self.cover.quantize(Decimal("0.1"))
        words = ngettext("%(n)s month", "%(n)s months", 1 if shown == 1 else 2)
        return words % {"n": number(shown, 1)}


@dataclass
class Reported:
    """`since`, `until`: first day of the first and last day of the last month; None where no sell-out was reported.

    `missing`: months (2026-08) of the six looked at for which he reported nothing.
    """

    since: date | None = None
    until: date | None = None
    before_since: date | None = None
    stock_on: date | None = None
    missing: list = field(default_factory=list)
    comparable: bool = False
    orders_until: date | None = None
    lines: list = field(default_factory=list)

    @property
    def shown(self):
        return self.lines[:SHOWN]

    @property
    def further(self):
        return self.lines[SHOWN:]

    @property
    def before_until(self):
        return self.since and self.since - timedelta(days=1)


def with_last_reports(customers, today):
    """`customers` (a QuerySet), each with the last month and the last day of which he reported; a running month is no month yet."""
    mine = {"customer": OuterRef("pk")}
    sold = SellOut.objects.filter(**mine, month__lt=today.replace(day=1)).order_by("-month")
    stock = StockLevel.objects.filter(**mine, on__lte=today).order_by("-on")
    return customers.annotate(
        sold_until=Subquery(sold.values("month")[:1]), stock_on=Subquery(stock.values("on")[:1])
    )


def reported(customer, orders_url) -> Reported | None:
    """Of a customer fetched `with_last_reports`; None where he reports nothing."""
    if not customer.sold_until and not customer.stock_on:
        return None
    sold, before, months = _sold(customer)
    found = _periods(customer, months)
    in_stock = StockLevel.objects.filter(customer=customer, on=customer.stock_on)
    stock = dict(in_stock.values_list("product", "quantity"))
    bought = _bought(customer, found)
    products = {pk for quantities in (sold, before) for pk, quantity in quantities.items() if quantity}
    rows = Product.objects.only("sku", "name", "unit").in_bulk({*stock, *products})
    url = f"{orders_url}&since={found.since}&until={found.until}"
    reported_months = sum(month >= found.since for month in months)
    found.lines = [
        Line(
            pk=pk,
            name=str(row),
            sku=row.sku,
            unit=row.unit,
            sold=sold.get(pk, Decimal()),
            before=before.get(pk, Decimal()) if found.comparable else None,
            stock=stock.get(pk),
            bought=bought.get(pk, Decimal()),
            months=reported_months,
            url=f"{url}&product={pk}",
        )
        for pk, row in rows.items()
    ]
    found.lines.sort(key=lambda line: (-line.sold, -(line.stock or 0), line.name, line.pk))
    return found


def _periods(customer, months) -> Reported:
    """What is looked at, without its lines. `months`: of which anything was reported."""
    last, known = customer.sold_until, customer.orders_known_through
    if not last:
        return Reported(stock_on=customer.stock_on)
    looked_at = [_months_before(last, n) for n in range(2 * MONTHS - 1, -1, -1)]
    until = _last_day(last)
    return Reported(
        since=looked_at[MONTHS],
        until=until,
        before_since=looked_at[0],
        stock_on=customer.stock_on,
        # Who began to report lately left nothing out.
        missing=[f"{month:%Y-%m}" for month in looked_at if month not in months and month > min(months)],
        comparable=months >= set(looked_at),
        orders_until=known if known and known < until else None,
    )


def _sold(customer):
    """({product: quantity} of the last months, the same of those before, the months of which anything was reported)."""
    now, before, months = {}, {}, set()
    if not customer.sold_until:
        return now, before, months
    since = _months_before(customer.sold_until, MONTHS - 1)
    rows = SellOut.objects.filter(
        customer=customer,
        month__range=(_months_before(customer.sold_until, 2 * MONTHS - 1), customer.sold_until),
    )
    for product, month, quantity in rows.order_by().values_list("product", "month", "quantity"):
        sums = now if month >= since else before
        sums[product] = sums.get(product, Decimal()) + quantity
        months.add(month)
    return now, before, months


def _bought(customer, found):
    """{product: quantity} of orders received in the same months, returns subtracted, in the products' own units."""
    if not found.since:
        return {}
    in_unit = Q(unit="") | Q(product__unit="") | Q(unit=F("product__unit"))
    rows = (
        OrderLine.objects.filter(
            in_unit, order__customer=customer, order__ordered_on__range=(found.since, found.until)
        )
        .exclude(order__status=Order.Status.CANCELLED)
        .values_list("product")
        .annotate(n=Sum("quantity"))
        .order_by()
    )
    # SQLite adds decimals as floating point.
    return {pk: Decimal(n).quantize(DIGITS) for pk, n in rows}


def _months_before(month, n):
    return date.fromisoformat(f"{later(f'{month:%Y-%m}', -n)}-01")


def _last_day(month):
    return _months_before(month, -1) - timedelta(days=1)
