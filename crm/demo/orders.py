"""Five years of orders: each customer runs down his shelf of each item and fills it up when he orders anyway."""

import random
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

from crm.demo.company import FREIGHT, ITEMS, Item, cost_in_eur, price_in_eur, season
from crm.demo.customers import CUSTOMERS, Distributor
from crm.demo.shelf import Need, make_needs
from crm.demo.truths import TRUTHS, Truth
from crm.money import round_money

FIVE_DIGITS = Decimal("0.00001")


@dataclass
class DemoLine:
    sku: str
    quantity: int
    price: Decimal
    amount: Decimal
    cost: Decimal | None
    learn: bool = True
    reverses: "DemoLine | None" = None


@dataclass
class DemoOrder:
    code: str
    day: date
    currency: str
    lines: list[DemoLine]
    is_return: bool = False
    number: str = ""
    promised_on: date | None = None
    status: str = "received"
    shipments: list[tuple[str, date, list[DemoLine]]] = field(default_factory=list)


def make_orders(today: date, seed: int, rates: dict) -> list[DemoOrder]:
    """All orders and returns up to yesterday, by day, numbered as an ERP would."""
    orders = []
    for customer in CUSTOMERS:
        orders += Buyer(customer, TRUTHS[customer.code], today, seed, rates).orders()
    orders.sort(key=lambda order: order.day)
    count = {}
    for order in orders:
        series = "RT" if order.is_return else "SO"
        count[series, order.day.year] = running = count.get((series, order.day.year), 0) + 1
        order.number = f"{series}{order.day:%y}-{running:04d}"
    return orders


class Buyer:
    """One customer with his shelf, his price list and his own dice: no customer disturbs another's."""

    def __init__(self, customer: Distributor, truth: Truth, today: date, seed: int, rates: dict):
        self.customer, self.truth, self.today, self.rates = customer, truth, today, rates
        self.dice = random.Random(f"{seed}:{customer.code}")
        self.needs = make_needs(truth, self.dice)
        self.prices = {}
        self.first_rate = min(month for _, month in rates)

    def orders(self) -> list[DemoOrder]:
        orders = []
        for day in order_days(self.customer, self.truth, self.today, self.dice):
            order = self._order(day)
            orders.append(order)
            returned = self._return(order)
            if returned:
                orders.append(returned)
        return orders + self._giant() + self._claim(orders)

    def _order(self, day: date) -> DemoOrder:
        lines = [self._line(need, day) for need in self.needs if self._wants(need, day)]
        lines = lines or [self._line(self.needs[0], day)]
        if self.truth.freight and sum(line.amount for line in lines) < 4000:
            price = round_money(Decimal(85), self.customer.currency)
            lines.append(DemoLine(FREIGHT, 1, price, price, None))
        return DemoOrder(self.customer.code, day, self.customer.currency, lines)

    def _wants(self, need: Need, day: date) -> bool:
        if not need.from_day(self.today) <= day < need.to_day(self.today):
            return False
        if need.months and day.month not in need.months:
            return False
        if (self.today - day).days // 91 in need.rests:
            return False
        if need.last is None:
            need.last = day - timedelta(days=round(need.every * self.dice.uniform(0.3, 1.0)))
        elapsed = (day - need.last).days
        # He looks ahead: what would run out before half of his next gap is over is ordered now.
        due = elapsed >= need.every - self.truth.interval / 2
        return due and self.dice.random() >= need.missed

    def _line(self, need: Need, day: date) -> DemoLine:
        item = ITEMS[need.sku]
        covered = min((day - need.last).days, 1.4 * need.every) if need.last else need.every
        need.last = day
        euros = self.truth.turnover * need.share * covered / 365 * self._swing(need, item, day)
        packs = max(1, round(euros / (item.price * (1 - self.truth.discount)) / item.pack))
        return self._priced(item, packs * item.pack, day)

    def _swing(self, need: Need, item: Item, day: date) -> float:
        """How the day differs from an average one of this year: growth, season, year end, going quiet, chance."""
        swing = self.truth.growth ** ((day - self.today).days / 365)
        swing *= 12 / len(need.months) if need.months else season(item, day.month, south=self.customer.south)
        last_month = (self.customer.fiscal_year_start - 2) % 12 + 1
        if day.month == last_month:
            swing *= self.truth.year_end_push
        elif day.month == last_month % 12 + 1 and self.truth.year_end_push > 1:
            swing *= 0.7
        if self.truth.going_quiet and (self.today - day).days < self.truth.going_quiet:
            swing *= 0.45
        return swing * self.dice.lognormvariate(0, 0.2)

    def _priced(self, item: Item, quantity: int, day: date) -> DemoLine:
        price, cost = self._price(item, day)
        return DemoLine(
            item.sku, quantity, price, round_money(quantity * price, self.customer.currency), cost
        )

    def _price(self, item: Item, day: date) -> tuple[Decimal, Decimal]:
        """From the customer's price list of the year: his discount, at the rate of its January."""
        key = item.sku, day.year
        if key not in self.prices:
            rate = self._rate(date(day.year, 1, 1))
            euros = price_in_eur(item, day.year, self.today.year) * (1 - self.truth.discount)
            step = Decimal(10) if self.customer.currency == "KRW" else Decimal(1)
            price = round_money(Decimal(str(euros)) / rate / step, self.customer.currency) * step
            cost = Decimal(str(cost_in_eur(item, day.year, self.today.year))) / rate
            self.prices[key] = price, cost.quantize(FIVE_DIGITS, rounding=ROUND_HALF_UP)
        return self.prices[key]

    def _rate(self, month: date) -> Decimal:
        if self.customer.currency == "EUR":
            return Decimal(1)
        return self.rates[self.customer.currency, max(month, self.first_rate)]

    def _return(self, order: DemoOrder) -> DemoOrder | None:
        """Now and then a part of a line comes back some weeks later."""
        if self.dice.random() > 0.025:
            return None
        line, day = (
            self.dice.choice(order.lines),
            workday(order.day + timedelta(days=self.dice.randint(24, 55))),
        )
        pack = ITEMS[line.sku].pack if line.sku in ITEMS else 1
        if day >= self.today or line.quantity <= pack:
            return None
        return self._returned(line, -pack, day)

    def _returned(self, line: DemoLine, quantity: int, day: date) -> DemoOrder:
        amount = round_money(quantity * line.price, self.customer.currency)
        back = DemoLine(line.sku, quantity, line.price, amount, line.cost)
        return DemoOrder(self.customer.code, day, self.customer.currency, [back], is_return=True)

    def _giant(self) -> list[DemoOrder]:
        """Somebody typed a zero too many; the order was taken back the same day and teaches nothing."""
        if not self.truth.giant:
            return []
        sku, ago = self.truth.giant
        day = workday(self.today - timedelta(days=ago))
        line = self._priced(ITEMS[sku], ITEMS[sku].pack * 2000, day)
        cancelled = self._returned(line, -line.quantity, day)
        line.learn = cancelled.lines[0].learn = False
        cancelled.lines[0].reverses = line
        return [DemoOrder(self.customer.code, day, self.customer.currency, [line]), cancelled]

    def _claim(self, orders: list[DemoOrder]) -> list[DemoOrder]:
        """Half of a faulty lot comes back."""
        if not self.truth.claim:
            return []
        sku, ago = self.truth.claim
        day = workday(self.today - timedelta(days=ago))
        bought = [line for order in orders if order.day < day - timedelta(days=20) for line in order.lines]
        line = [line for line in bought if line.sku == sku and line.quantity > 0][-1]
        pack = ITEMS[sku].pack
        return [self._returned(line, -max(pack, line.quantity // 2 // pack * pack), day)]


def order_days(customer: Distributor, truth: Truth, today: date, dice: random.Random) -> list[date]:
    """The days on which he orders: his own gaps, on weekdays, never in his vacation, never at Christmas."""
    if truth.orders == 0:
        return []
    start = today - timedelta(days=min(truth.since, 1826))
    if truth.orders == 1:
        return [workday(start)]
    end = today - timedelta(days=1)
    if truth.overdue:
        end -= timedelta(days=round(truth.overdue * truth.interval))
    days, exact = [], start + timedelta(days=dice.randrange(truth.interval))
    while True:
        day = after_vacation(workday(exact), truth)
        if day > end:
            break
        if not days or day > days[-1]:
            days.append(day)
        # A vacation delays the order; the rhythm goes on from there.
        exact = max(exact, day - timedelta(days=2)) if day - exact > timedelta(days=4) else exact
        exact += timedelta(
            days=max(
                2, round(truth.interval * dice.lognormvariate(0, truth.noise) * stretch(truth, day, today))
            )
        )
    if truth.overdue:
        # The last order is where the truth says it is, whatever the dice said.
        days = [day for day in days if (end - day).days > truth.interval * 0.6] + [workday(end)]
    return days


def stretch(truth: Truth, day: date, today: date) -> float:
    """How much longer than usual the gap after `day` is."""
    if not truth.going_quiet:
        return 1.0
    quiet = truth.going_quiet - (today - day).days
    return 1.0 if quiet < 0 else 1.5 + quiet / 150


def workday(day: date) -> date:
    """The weekday at or nearest before or after it."""
    return day + timedelta(days={5: -1, 6: 1}.get(day.weekday(), 0))


def after_vacation(day: date, truth: Truth) -> date:
    """The weekday itself, or the first one after the vacation that it falls into."""
    for first, last in filter(None, [truth.vacation, ("12-24", "01-01")]):
        if first <= f"{day:%m-%d}" <= last or (first > last and not last < f"{day:%m-%d}" < first):
            year = day.year + (first > last and f"{day:%m-%d}" >= first)
            back = date(year, *map(int, last.split("-"))) + timedelta(days=1)
            day = back + timedelta(days=7 - back.weekday() if back.weekday() >= 5 else 0)
    return day
