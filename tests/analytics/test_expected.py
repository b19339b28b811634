"""The page of expected orders: who is on it, what it adds up, in which currency, for whom."""

import csv
import io
import re
from datetime import date, timedelta
from decimal import Decimal

import numpy as np
import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.formats import WeekStart
from accounts.models import User
from analytics.expected.rates import Rates
from analytics.expected.spread import COMMON, MONTH, Z80, overdispersion, range80, seldom, wandering
from analytics.expected.totals import ExpectedOrders
from analytics.models import Outlook
from analytics.refresh import judge_stale
from crm.models import ExchangeRate
from tests.factories import make_customer, make_order, make_orders, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TODAY = date(2026, 3, 24)


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel("2026-03-24 09:00Z", tick=False):
        yield


def regular(name, owner, gap=10, count=12, last=TODAY - timedelta(days=2), price="10", sku="A", **fields):
    customer = make_customer(name, owner=owner, **({"orders_known_through": TODAY} | fields))
    make_orders(customer, [(last - timedelta(days=gap * n), [(sku, 10, price)]) for n in range(count)])
    return customer


@pytest.fixture
def book(owner):
    """Every ten days for EUR 100, every twenty for USD 500, a late, a silent and a new one."""
    regular("Ten Days", owner, country="DE")
    regular("Twenty Days", owner, gap=20, price="50", currency="USD", country="US", sku="B")
    regular("Late Ltd", owner, gap=14, last=TODAY - timedelta(days=70), country="GB", currency="GBP")
    regular("Gone Goods", owner, gap=9, last=TODAY - timedelta(days=300), country="FR")
    regular("Single Shop", owner, count=1, country="KR", currency="KRW")
    ExchangeRate.objects.create(currency="USD", month=date(2026, 2, 1), rate=Decimal("0.5"))
    judge_stale()


def words(page):
    return " ".join(re.sub(r"<[^>]+>", " ", page).split())


def section(page, name):
    return re.search(rf'<section[^>]*aria-labelledby="{name}".*?</section>', page, re.DOTALL)[0]


@pytest.fixture
def page(client_for, owner):
    client = client_for(owner)
    return lambda **query: client.get("/expected/", query).content.decode()


def expected(owner, days, **narrow):
    orders = ExpectedOrders(Outlook.objects.filter(**narrow), Rates())
    return orders.expected(TODAY + timedelta(days=1), TODAY + timedelta(days=days))


@pytest.mark.both
def test_three_orders_of_a_hundred_are_expected_in_thirty_days(book, owner):
    found = expected(owner, 30, customer__name="Ten Days")
    assert found.orders == pytest.approx(3, abs=0.5)
    (total,) = found.totals
    assert (total.currency, total.amount) == ("EUR", pytest.approx(100 * found.orders))
    assert total.low < 100 * found.orders < total.high


@pytest.mark.both
def test_currencies_stand_apart_and_are_converted_where_a_rate_is_known(book, owner):
    found = expected(owner, 60)
    totals = {total.currency: total.amount for total in found.totals}
    assert set(totals) == {"EUR", "USD", "GBP"}
    assert found.missing == 1  # GBP has no rate
    assert found.in_base.amount == pytest.approx(totals["EUR"] + totals["USD"] / 2)


@pytest.mark.both
def test_the_silent_are_in_no_total(book, owner):
    assert expected(owner, 60, customer__name="Gone Goods").orders == 0


def test_a_period_longer_ago_known_counts_only_what_is_left(book, owner):
    orders = ExpectedOrders(Outlook.objects.filter(customer__name="Ten Days"), Rates())
    whole = orders.expected(TODAY - timedelta(days=20), TODAY + timedelta(days=30))
    assert whole.orders == pytest.approx(
        orders.expected(TODAY + timedelta(days=1), TODAY + timedelta(days=30)).orders
    )


def test_the_further_ahead_a_total_reaches_the_more_it_may_be_off(book):
    orders = ExpectedOrders(Outlook.objects.all(), Rates())
    tomorrow = TODAY + timedelta(days=1)
    month, quarter = (orders.together(tomorrow, TODAY + timedelta(days=days)) for days in (30, 90))
    assert month == pytest.approx(orders.common)
    assert quarter == pytest.approx(14 / 9 * orders.common, rel=0.02)
    assert orders.together(TODAY + timedelta(days=61), TODAY + timedelta(days=90)) > 2.5 * orders.common


def test_of_what_most_likely_does_not_come_no_range_is_shown_that_ends_with_it(owner, page):
    regular("Forty Days", owner, gap=40, country="DE")
    judge_stale()
    (total,) = expected(owner, 1).totals
    assert total.seldom
    day = words(page(view="day", on="2026-03-25"))
    assert re.search(r"EUR [\d.]+ most likely nothing", day)
    assert "most likely nothing" not in words(page(view="month", on="2026-05-01"))


def test_list_and_calendar_name_each_customer_once(book, page):
    shown = page(view="month", on="2026-04-01")
    assert "Apr 2026" in shown
    assert "Ten Days" in section(shown, "list-h") or "Ten Days" in page(view="month", on="2026-03-24")
    april = section(shown, "list-h")
    assert "Twenty Days" in april
    assert re.search(r"USD 4\d\d – 5\d\d|USD \d", words(april))
    assert "B 10" in words(april)
    assert "12 orders" in words(april)
    assert "Late Ltd" not in april
    assert "Late Ltd" in section(shown, "late-h")
    assert "Gone Goods" not in words(shown)
    assert "1 customer with fewer than 3 order days is not in it" in words(shown)


def test_the_calendar_stands_on_the_best_guessed_day(book, page):
    on = Outlook.objects.get(customer__name="Twenty Days").expected_on
    cells = re.findall(r"<td.*?</td>", page(view="week", on=str(on)), re.DOTALL)
    (cell,) = (cell for cell in cells if "Twenty Days" in cell and f"on={on}" in cell)
    assert f"{on.day}" in words(cell)


def test_how_the_total_is_made_and_how_right_it_was(book, page):
    shown = words(section(page(), "sum-h"))
    assert "Orders expected × mean amount, customer by customer" in shown
    assert "Sept 2025 – Feb 2026" in shown or "Sep 2025 – Feb 2026" in shown
    assert "of what it said came" in shown
    assert "without 1 customer whose currency has no rate" in shown


@pytest.mark.both
def test_filters_narrow_lists_and_totals(book, page):
    shown = words(page(country="US", view="month", on="2026-04-01"))
    assert "Twenty Days" in shown
    assert "Ten Days" not in shown
    assert "EUR" not in words(section(page(country="DE", product="B"), "none-h"))
    product = words(page(product="b", view="month", on="2026-04-01"))
    assert "Whole orders that are likely to hold Product B" in product
    assert "Twenty Days" in product
    assert "Ten Days" not in product
    assert "There is no such product" in words(page(product="nothing"))


def test_a_period_out_of_reach_is_brought_back(book, page):
    for on in ("1999-01-01", "2031-01-01", "nonsense"):
        assert "Expected orders" in page(on=on, view="year")


def test_orders_known_up_to_long_ago_are_not_called_late_but_not_known(owner, page):
    regular(
        "Stale Store",
        owner,
        gap=20,
        last=TODAY - timedelta(days=40),
        orders_known_through=TODAY - timedelta(days=35),
    )
    judge_stale()
    shown = words(section(page(), "late-h"))
    assert "Stale Store" in shown
    assert "orders known up to 17 Feb only" in shown


def test_weeks_begin_on_the_readers_day(book, owner, page):
    assert "30 Mar – 5 Apr" in page(view="week", on="2026-04-01")
    owner.week_start = WeekStart.SUNDAY
    owner.save()
    shown = page(view="week", on="2026-04-01")
    assert "29 Mar – 4 Apr" in shown
    assert re.search(r'<table class="cal.*?<th scope="col">(\w+)', shown, re.DOTALL)[1] == "Sun"


def test_who_is_not_computed_yet_is_said_to_be_on_his_way(book, page):
    Outlook.objects.filter(customer__name="Ten Days").update(ahead=None)
    assert "1 customer is still being computed" in words(section(page(), "sum-h"))


@pytest.mark.both
def test_who_sees_whom(book, client_for, owner, mate, manager, admin, stranger):
    for user, sees in ((owner, True), (mate, False), (manager, True), (admin, True), (stranger, False)):
        shown = client_for(user).get("/expected/", {"on": "2026-04-01"}).content.decode()
        assert ("Twenty Days" in shown) is sees
        assert ("USD" in words(shown)) is sees
        export = client_for(user).get("/expected/", {"format": "csv", "on": "2026-04-01"})
        assert ("Twenty Days" in b"".join(export.streaming_content).decode()) is sees


@pytest.mark.both
def test_a_manager_filters_by_rep(book, client_for, owner, manager, team):
    other = make_user("other@example.com", team=team, role=User.Role.REP)
    regular("Other's", other, gap=20)
    judge_stale()
    client = client_for(manager)
    shown = words(client.get("/expected/", {"owner": other.pk, "on": "2026-04-01"}).content.decode())
    assert "Other's" in shown or "Other&#x27;s" in shown
    assert "Twenty Days" not in shown


@pytest.mark.both
def test_the_export_is_the_list(book, client_for, owner):
    response = client_for(owner).get("/expected/", {"format": "csv", "on": "2026-04-01"})
    rows = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode().lstrip("\ufeff"))))
    row = next(row for row in rows if row["Customer"] == "Twenty Days")
    assert (row["Currency"], row["Country"]) == ("USD", "US")
    assert 0 < float(row["Within 7 days of the likeliest day"]) < 1
    assert (
        date.fromisoformat(row["Dangol’s day, from"])
        <= date.fromisoformat(row["Next order"])
        <= date.fromisoformat(row["Dangol’s day, to"])
    )


def test_nothing_to_call_says_what_is_missing(client_for, owner, page):
    make_order(make_customer("First Order", owner=owner, orders_known_through=TODAY), TODAY)
    judge_stale()
    shown = words(page())
    assert "No order can be called yet" in shown
    assert "1 customer has fewer" in shown


def test_many_customers_ask_as_often_as_few(client_for, owner, page):
    counts = []
    first = regular("First", owner, gap=20)
    judge_stale()
    outlook = Outlook.objects.get(customer=first)
    page()
    for many in (5, 60):
        for n in range(many):
            outlook.pk, outlook.customer = None, make_customer(f"C{many}-{n}", owner=owner)
            outlook.save()
        with CaptureQueriesContext(connection) as queries:
            page(on=str(outlook.expected_on))
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 20


def test_the_range_of_a_sum():
    assert range80(0, 0) == (0, 0)
    assert range80(5, 0) == (5, 5)
    assert not seldom(5, *range80(5, 0))
    # Of one order in fifty the upper end is the mean: most likely nothing comes, and the page says that alone.
    assert range80(0.02, 0.02) == (0, 0.02)
    assert seldom(0.02, *range80(0.02, 0.02))
    assert not seldom(1, *range80(1, 1))
    low, high = range80(100, 100)
    assert (low, high) == (pytest.approx(87.4, abs=0.5), pytest.approx(113.1, abs=0.5))
    # Gamma of mean 1 and variance 1 is exponential: 10 % and 90 % points .105 and 2.303.
    low, high = range80(1, 1)
    assert (low, high) == (pytest.approx(0.105, abs=0.02), pytest.approx(2.303, abs=0.03))


def test_months_in_which_all_were_wrong_together_widen_the_range():
    random = np.random.default_rng(3)
    said = np.full((400, 6), 10.0)
    independent = random.poisson(10, (400, 6))
    own, common = overdispersion(said, independent, said)
    assert own == pytest.approx(0, abs=0.01)
    assert common == pytest.approx(COMMON / 2, abs=0.003)
    together = random.poisson(10 * np.array([0.6, 1.4, 0.6, 1.4, 0.6, 1.4]), (400, 6))
    assert overdispersion(said, together, said)[1] == pytest.approx((COMMON + 0.16) / 2, abs=0.02)
    unlike = random.poisson(random.gamma(4, 10 / 4, (400, 1)), (400, 6))
    assert overdispersion(said, unlike, said)[0] == pytest.approx(0.25, abs=0.08)
    assert overdispersion(*np.zeros((3, 0, 6))) == (0, COMMON)


@pytest.mark.parametrize(("first", "last"), [(1, 1), (1, 3), (3, 3), (2, 3)])
def test_a_book_whose_level_wanders_keeps_what_its_ranges_promise(first, last):
    """Months `first` to `last` of levels that move by a tenth a month: the range holds 80 %."""
    random = np.random.default_rng(8)
    levels = 1 + np.cumsum(random.normal(0, 0.1, (20_000, 3)), axis=1)
    came = levels[:, first - 1 : last].sum(axis=1)
    mean = float(last - first + 1)
    together = 0.1**2 * wandering(MONTH * (first - 1) + 1, MONTH * last)
    low, high = range80(mean, together * mean**2)
    assert np.mean((low <= came) & (came <= high)) == pytest.approx(0.8, abs=0.02)
    assert high - low == pytest.approx(2 * Z80 * np.std(came), rel=0.05)


def test_days_that_are_over_or_only_a_few_are_as_wrong_as_a_month():
    assert [wandering(1, 1), wandering(1, 20), wandering(1, 30)] == [1, 1, 1]
