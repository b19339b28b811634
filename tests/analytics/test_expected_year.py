"""The next twelve months per customer, product, rep and team, and where they will end against their targets."""

import csv
import io
import re
from datetime import date
from decimal import Decimal

import numpy as np
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.expected import year_rows
from analytics.expected.rates import Rates
from analytics.expected.year import ExpectedYear
from analytics.models import Outlook
from analytics.refresh import judge_stale
from crm.models import ExchangeRate, Product, Target
from tests.factories import make_customer, make_order, make_orders

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TODAY = date(2026, 7, 1)


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel("2026-07-01 09:00Z", tick=False):
        yield


def monthly(name, owner, price="10", months=18, sku="A", **fields):
    """9 or 11 x `price`, in turn, on the 15th of each month up to June 2026."""
    fields = {"orders_known_through": date(2026, 6, 30)} | fields
    customer = make_customer(name, owner=owner, **fields)
    months_before = (divmod(2026 * 12 + 5 - n, 12) for n in range(months))
    make_orders(
        customer,
        [
            (date(year, month + 1, 15), [(sku, 9 if month % 2 else 11, price)])
            for year, month in months_before
        ],
    )
    return customer


@pytest.fixture
def fjord(owner):
    return monthly("Fjord", owner, price="100")


@pytest.fixture
def book(fjord, owner, admin):
    """EUR 1 000 a month, USD 400 a month, and one who has ordered twice."""
    monthly("Harbor", owner, price="40", currency="USD", country="US", sku="B")
    monthly("New", owner, months=2)
    ExchangeRate.objects.create(currency="USD", month=date(2026, 1, 1), rate=Decimal("0.5"))
    judge_stale()


def aim(amount=12_000, currency="EUR", **whom):
    return Target.objects.create(
        from_on=date(2026, 1, 1), months=12, amount=amount, currency=currency, **whom
    )


def rows_of(kind, user, compare=True, **narrow):
    more = (*year_rows.MORE, year_rows.ITEMS) if kind == "product" else year_rows.MORE
    year = ExpectedYear(Outlook.objects.filter(**narrow), Rates(), TODAY, *more)
    return {row.name: row for row in year_rows.rows(kind, user, year, compare)}


def words(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def test_a_thousand_a_month_is_twelve_thousand_a_year(book, owner):
    fjord = rows_of("customer", owner)["Fjord"]
    (total,) = fjord.sum.totals
    assert (total.currency, total.amount) == ("EUR", pytest.approx(12_000, rel=0.05))
    assert total.low < 12_000 < total.high
    assert len(fjord.sum.months) == 12


def test_the_range_of_a_customer_is_his_own_whoever_else_is_shown(book, owner):
    """The same among all, filtered, and on his page; many together are less sure than each by himself would have it."""
    among_all, alone = (
        rows_of("customer", owner, **narrow)["Fjord"].sum.totals
        for narrow in ({}, {"customer__country": "NO"})
    )
    assert among_all == alone
    [total] = alone
    stored = Outlook.objects.get(customer__name="Fjord").ahead["year"]
    assert total.amount - total.low == pytest.approx(stored["down"][-1])
    assert total.high - total.amount == pytest.approx(stored["up"][-1])
    both = rows_of("rep", owner)[str(owner)].sum.in_base
    assert both.high - both.amount > stored["up"][-1]


@pytest.mark.both
def test_half_a_year_received_and_half_a_year_expected_land_on_the_target(book, owner, fjord):
    aim(customer=fjord)
    landing = rows_of("customer", owner)["Fjord"].landing
    assert landing.received == 6_000
    assert landing.rest == pytest.approx(6_000, rel=0.08)
    assert landing.share == pytest.approx(1, abs=0.05)
    assert landing.state == "open"
    Target.objects.update(amount=40_000)
    assert rows_of("customer", owner)["Fjord"].landing.state == "short"
    Target.objects.update(amount=5_000)
    assert rows_of("customer", owner)["Fjord"].landing.state == "ok"


@pytest.mark.both
def test_a_rep_is_the_sum_of_his_customers_in_the_currency_of_his_target(book, owner):
    aim(amount=14_400, rep=owner)
    mine = rows_of("rep", owner)[str(owner)]
    assert {total.currency for total in mine.sum.totals} == {"EUR", "USD"}
    assert mine.sum.in_base.amount == pytest.approx(12_000 + 4_800 / 2, rel=0.05)
    # Six months of 1 000 + 400 / 2, and the 200 of the new one's two orders.
    assert mine.landing.received == 6_000 + 1_200 + 200
    assert mine.landing.rest == pytest.approx(7_200, rel=0.08)
    assert mine.landing.missing == ()


def test_a_currency_without_a_rate_is_left_out_and_named(book, owner, client_for):
    ExchangeRate.objects.all().delete()
    aim(amount=14_400, rep=owner)
    mine = rows_of("rep", owner)[str(owner)]
    assert mine.landing.received == 6_200
    assert mine.landing.missing == ("USD",)
    assert mine.sum.missing == 1
    assert "without USD: no rate" in words(client_for(owner).get("/expected/year/?by=rep").content.decode())


@pytest.mark.both
def test_a_team_has_the_targets_of_its_reps_together(book, owner, mate, manager, team):
    aim(amount=10_000, rep=owner)
    aim(amount=5_000, rep=mate)
    nordics = rows_of("team", manager)["Nordics"]
    assert nordics.landing.amount == 15_000
    assert nordics.landing.received == 7_400
    Target.objects.filter(rep=mate).update(currency="USD")
    assert rows_of("team", manager)["Nordics"].landing is None


@pytest.mark.both
def test_a_product_is_its_share_of_each_customer(book, owner, admin):
    product = Product.objects.get(sku="B")
    aim(amount=4_800, currency="USD", product=product)
    row = rows_of("product", admin)["Product B"]
    assert row.sum.in_base.amount == pytest.approx(2_400, rel=0.05)
    assert row.landing.received == 2_400
    assert row.landing.share == pytest.approx(1, abs=0.05)
    # What the whole company is to sell is nothing to hold a part of its customers against.
    assert rows_of("product", owner)["Product B"].landing is None
    assert rows_of("product", admin, compare=False)["Product B"].landing is None


@pytest.mark.both
def test_who_fell_silent_still_has_his_target(owner):
    gone = make_customer("Gone", owner=owner, orders_known_through=date(2026, 6, 30))
    for n in range(6):
        make_order(gone, date(2026, 1, 2 + 3 * n), [("A", 10, "10")])
    aim(amount=1_000, customer=gone)
    judge_stale()
    row = rows_of("customer", owner)["Gone"]
    assert (row.landing.received, row.landing.rest, row.landing.state) == (600, 0, "short")


def test_what_is_left_of_a_running_month(fjord, owner):
    """Known up to 10 June: June's order is still to come, and comes in July for who asks on 1 July."""
    fjord.orders.filter(ordered_on__gt=date(2026, 6, 10)).delete()
    type(fjord).objects.filter(pk=fjord.pk).update(orders_known_through=date(2026, 6, 10))
    judge_stale()
    year = ExpectedYear(Outlook.objects.all(), Rates(), TODAY)
    (months,) = year.by_month()
    assert months[0] == pytest.approx(2_000, rel=0.15)
    assert months.sum() == pytest.approx(12_000, rel=0.1)
    assert np.all(months >= 0)


def test_the_page_and_its_links(book, owner, fjord, client_for):
    aim(customer=fjord)
    page = client_for(owner).get("/expected/year/").content.decode()
    row = words(re.search(r"<tr[^>]*>(?:(?!</tr>).)*Fjord.*?</tr>", page, re.DOTALL)[0])
    assert re.search(r"Fjord .*EUR 1\d(\.\d)?\sk .*EUR 12\sk 2026 EUR 6,000 50 %", row)
    assert f"/orders/?customer={fjord.pk}&amp;since=2026-01-01&amp;until=2026-12-31" in page
    assert "1 customer&#x27;s history is too short for it" in page or "too short" not in page
    assert "By team" not in page


@pytest.mark.both
def test_the_export_has_months_totals_and_landing(book, owner, fjord, client_for):
    aim(customer=fjord)
    response = client_for(owner).get("/expected/year/", {"format": "csv"})
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode().lstrip("\ufeff"))))
    fjord_row = next(row for row in rows if row["Name"] == "Fjord")
    assert (fjord_row["Currency"], fjord_row["Target"], fjord_row["Target's currency"]) == (
        "EUR",
        "12000.0",
        "EUR",
    )
    assert fjord_row["Received so far, in the target's currency"] == "6000.0"


@pytest.mark.both
def test_each_column_of_the_export_names_its_period_and_its_currency(book, owner, fjord, client_for):
    """The base currency is said by name: the file goes to people who never saw the page."""
    aim(customer=fjord)
    response = client_for(owner).get("/expected/year/", {"format": "csv"})
    header = next(csv.reader(io.StringIO(b"".join(response.streaming_content).decode().lstrip("\ufeff"))))
    base = Rates().base
    assert header[2:4] == [f"2026-07, what is left of it, in {base}", f"2026-08, in {base}"]
    assert header[13:18] == [
        f"2027-06, in {base}",
        "Currency",
        "Expected 2026-07 to 2027-06",
        "Expected 2026-07 to 2027-06, low end",
        "Expected 2026-07 to 2027-06, high end",
    ]
    assert header[22:] == [
        f"{name}, in the target's currency"
        for name in (
            "Received so far",
            "Still expected",
            "Will end at",
            "Will end at, low end",
            "Will end at, high end",
        )
    ]


def test_where_it_will_end_is_said_with_currency_and_period(book, owner, fjord, client_for):
    aim(customer=fjord)
    page = client_for(owner).get("/expected/year/").content.decode()
    cell = re.search(r'<td[^>]*data-label="Will end at">(.*?)</td>', page)[1]
    assert re.search(r'<b class="fc-day">EUR [\d.,]+(\sk)?</b>', cell)
    assert re.search(
        r'<span class="sub">EUR [\d.,]+(\xa0k)? – [\d.,]+(\xa0k)?</span><span class="sub">2026</span>', cell
    )


@pytest.mark.both
def test_who_sees_whom(book, fjord, client_for, owner, mate, manager, admin, stranger):
    aim(customer=fjord)
    for user, sees in ((owner, True), (mate, False), (manager, True), (admin, True), (stranger, False)):
        for by in ("customer", "rep", "product", "team"):
            page = client_for(user).get("/expected/year/", {"by": by}).content.decode()
            assert ("EUR" in words(page)) is sees, (user, by)
    assert "No month can be said yet" in client_for(mate).get("/expected/year/").content.decode()


@pytest.mark.parametrize("by", ["customer", "product", "rep"])
def test_many_customers_ask_as_often_as_few(book, fjord, client_for, owner, by):
    client, counts = client_for(owner), []
    outlook = Outlook.objects.get(customer=fjord)
    client.get("/expected/year/", {"by": by})
    for many in (3, 60):
        for n in range(many):
            outlook.pk, outlook.customer = None, make_customer(f"C{many}-{n}", owner=owner)
            outlook.save()
            aim(customer=outlook.customer)
        with CaptureQueriesContext(connection) as queries:
            client.get("/expected/year/", {"by": by})
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 16
