"""The pages of a working day, for a rep with 200 customers, his manager and the administrator, in a large company.

Best time, median and 95th percentile on the server, how much of it is SQL, and the number of queries at a tenth of the
data beside that at full size: they must be equal. A page that does not exist yet is "not there".
"""

import logging
import statistics
import time
import warnings
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.db import DatabaseError, connection, transaction
from django.db.models import F
from django.test import Client
from django.test.utils import override_settings
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from analytics.models import Outlook
from analytics.refresh import refresh_stale
from crm.models import (
    Customer,
    ExchangeRate,
    Installation,
    NotePerson,
    Order,
    OrderLine,
    Person,
    PersonDate,
    Product,
)
from tests.bench.pages import PLAIN_FILES
from tests.bench.people_and_notes import BATCH, Filled, fill

FULL = {"customers": 4_000, "people": 20_000, "notes": 100_000}
OWN_SHARE = 20  # one customer in so many is the rep's
ROUNDS, WARM = 25, 3
ORDERS_EACH, LINES_EACH = 24, 6
ROLES = ("rep", "manager", "admin")


@dataclass(frozen=True)
class Page:
    title: str
    name: str
    of: str = ""  # which row's primary key its URL has
    query: str = ""


PAGES = [
    Page("Today", "home"),
    Page("customers", "customers"),
    Page("customers, 100 rows", "customers", query="?per_page=100"),
    Page("people", "people"),
    Page("products", "products"),
    Page("orders", "orders"),
    Page("search", "search", query="?q=headlamp"),
    Page("search, two syllables", "search", query="?q=재고"),
    Page("dashboard", "customer", "customer"),
    Page("timeline of a customer", "timeline", "customer"),
    Page("a person", "person", "person"),
    Page("timeline of a person", "person_timeline", "person"),
    Page("timeline of a colleague", "user_timeline", "rep"),
    Page("log a meeting", "log"),
]


def run():
    # A page that fails says so in its row.
    logging.disable(logging.ERROR)
    warnings.filterwarnings("ignore", "No directory at")
    tenth = {name: count // 10 for name, count in FULL.items()}
    few, many = measured(tenth, rounds=0), measured(FULL, rounds=ROUNDS)
    for role in ROLES:
        print(f"\n{role:<28}{'best':>10}{'median':>10}{'p95':>10}{'SQL':>10}{'queries':>11}")
        for page in PAGES:
            key = role, page.title
            print(f"{page.title:<28}{row(few[key], many[key]) if key in many else 'not there':>10}")
    milliseconds, number = many["birthdays"]
    print(f"\nbirthdays of two weeks: {number} in {milliseconds:.1f} ms, of 16,000 known ones, 4,000 lunar")


def row(few, many):
    if few.failure or many.failure:
        return f"  fails: {few.failure or many.failure}"
    times = (f"{ms:>7.1f} ms" for ms in (many.best, many.median, many.p95, many.sql))
    grown = "" if few.queries == many.queries else "  THEY GROW"
    return f"{''.join(times)}{few.queries:>6} ={many.queries:>3}{grown}"


@dataclass(frozen=True)
class Shown:
    best: float = 0
    median: float = 0
    p95: float = 0
    sql: float = 0
    queries: int = 0
    failure: str = ""


def measured(size, rounds):
    """(role, page) -> Shown; the rows are rolled back, so that other benches find the database as it was."""
    with transaction.atomic():
        filled = fill(**size)
        rows = settle_in(filled, size)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
        found = {}
        with override_settings(STORAGES=PLAIN_FILES):
            for role in ROLES:
                client = Client(SERVER_NAME="localhost")
                client.force_login(getattr(filled, role))
                for page in PAGES:
                    url = address(page, rows)
                    if url:
                        found[role, page.title] = visit(client, url, rounds)
        found["birthdays"] = [statistics.median(timed(falling) for _ in range(ROUNDS)), len(falling())]
        transaction.set_rollback(True)
    return found


def falling():
    """Of everybody, in the next two weeks."""
    today = timezone.localdate()
    rows = PersonDate.objects.filter(kind=PersonDate.Kind.BIRTHDAY).select_related("person")
    return rows.falling(today, today + timedelta(days=14))


def address(page, rows):
    try:
        return reverse(page.name, args=[rows[page.of]] if page.of else []) + page.query
    except NoReverseMatch:
        return None


def visit(client, url, rounds):
    try:
        # A query that fails must not spoil those of the next page.
        with transaction.atomic():
            for _ in range(WARM):
                assert client.get(url).status_code == 200, url
    except (AssertionError, DatabaseError) as error:
        return Shown(failure=str(error).strip().partition("\n")[0])
    queries, sql = counted(client, url)
    times = sorted(timed(lambda: client.get(url)) for _ in range(rounds))
    if not times:
        return Shown(queries=queries)
    return Shown(times[0], statistics.median(times), times[int(0.95 * (len(times) - 1))], sql, queries)


def timed(call):
    started = time.perf_counter()
    call()
    return 1000 * (time.perf_counter() - started)


def counted(client, url):
    """Queries of one visit, and the milliseconds until the database answered them."""
    spent = []

    def watch(execute, *arguments):
        started = time.perf_counter()
        try:
            return execute(*arguments)
        finally:
            spent.append(1000 * (time.perf_counter() - started))

    with connection.execute_wrapper(watch):
        client.get(url)
    return len(spent), sum(spent)


# What fill() leaves out -----------------------------------------------------------------------------------------


def settle_in(filled: Filled, size) -> dict[str, int]:
    """The rep's customers, with orders judged by the engine; lunar birthdays; outlooks for everybody else."""
    draw, today = Random(7), timezone.localdate()
    shops = list(Customer.objects.filter(code__startswith="C").order_by("pk"))[-size["customers"] :]
    own = shops[: len(shops) // OWN_SHARE]
    Customer.objects.filter(pk__in=[shop.pk for shop in own]).update(owner=filled.rep)
    add_lunar_birthdays(draw, size["people"] // 5)
    Person.objects.annotate(turn=F("pk") % 5).filter(turn=0).update(cadence_days=90)
    add_rates(shops, today)
    add_orders(draw, own, today)
    refresh_stale()
    copy_outlooks(draw, own, shops, today)
    busiest = NotePerson.objects.filter(note__customer=own[0]).values_list("person", flat=True).first()
    return {"customer": own[0].pk, "person": busiest, "rep": filled.rep.pk}


def add_lunar_birthdays(draw, count):
    people = Person.objects.filter(dates=None).order_by("pk").values_list("pk", flat=True)[:count]
    PersonDate.objects.bulk_create(
        [
            PersonDate(
                person_id=pk, calendar=draw.choice(["korean_lunar", "chinese_lunar"]), month=draw.randint(1, 12),
                day=draw.randint(1, 30), leap_month=draw.random() < 0.03,
                missing=draw.choice(PersonDate.Missing.values),
            )
            for pk in people
        ],
        batch_size=BATCH,
    )  # fmt: skip


def add_rates(shops, today):
    base = Installation.current().base_currency
    ExchangeRate.objects.bulk_create(
        [
            ExchangeRate(currency=currency, month=date(today.year, 1, 1), rate=Decimal("0.5"), source="bench")
            for currency in {shop.currency for shop in shops} - {base}
        ],
        ignore_conflicts=True,
    )


def add_orders(draw, shops, today):
    products = list(Product.objects.order_by("-pk")[:200])
    orders, lines = [], []
    for shop in shops:
        interval, day = draw.randint(14, 60), today - timedelta(days=draw.randint(1, 60))
        basket = draw.sample(products, 15)
        for place in range(ORDERS_EACH):
            order = Order(
                customer=shop, source="bench-day", number=f"{shop.pk}-{place}", ordered_on=day,
                currency=shop.currency, credited_to_id=shop.owner_id,
            )  # fmt: skip
            orders.append(order)
            day -= timedelta(days=round(interval * draw.uniform(0.7, 1.3)))
            for key, product in enumerate(draw.sample(basket, LINES_EACH)):
                quantity, price = Decimal(draw.randint(1, 40)), Decimal(draw.randint(5, 90))
                lines.append(
                    OrderLine(
                        order=order, key=str(key), product=product, quantity=quantity, unit_price=price,
                        amount=quantity * price, unit_cost=price / 2,
                    )
                )  # fmt: skip
    Order.objects.bulk_create(orders, batch_size=BATCH)
    OrderLine.objects.bulk_create(lines, batch_size=BATCH)
    mine = Customer.objects.filter(pk__in=[shop.pk for shop in shops])
    mine.update(orders_known_through=today - timedelta(days=1))
    mine.count_change()


def copy_outlooks(draw, own, shops, today):
    """The others' next orders look like those of the rep's customers, some days earlier or later."""
    models = list(Outlook.objects.filter(customer__in=own))
    others, copies = shops[len(own) :], []
    Outlook.objects.filter(customer__in=others).delete()
    for shop in others:
        row = draw.choice(models)
        fields = {field.name: getattr(row, field.name) for field in Outlook._meta.concrete_fields}
        fields |= {"id": None, "customer": shop, "currency": shop.currency}
        if row.expected_on:
            fields["expected_on"] = max(today, row.expected_on + timedelta(days=draw.randint(-5, 25)))
        copies.append(Outlook(**fields))
    Outlook.objects.bulk_create(copies, batch_size=BATCH)
