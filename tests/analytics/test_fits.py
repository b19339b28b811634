"""What is fitted on the whole book, and when."""

import json
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from django.core.management import call_command
from django_q.models import Schedule

from analytics import claims, fits
from analytics.engine import judge
from analytics.models import FittedModel, Insight, Outlook
from analytics.orderbook_db import load_book
from analytics.refresh import refit_nightly, refresh_stale, stale_customers
from config.jobs import set_schedules
from crm.models import OrderLine, Product
from tests.factories import make_customer, make_order, make_orders

pytestmark = pytest.mark.django_db
LAST = date(2026, 3, 20)
NOW = datetime(2026, 3, 21, 9, tzinfo=UTC)


def make_regular(count=6, gap=21, skus=("A", "B"), **fields):
    customer = make_customer(**({"orders_known_through": LAST} | fields))
    make_orders(
        customer,
        [(LAST - timedelta(days=gap * n), [(sku, 10 + n, "2.50") for sku in skus]) for n in range(count)],
    )
    return customer


@pytest.fixture
def book():
    """Customers of different rhythms and baskets, in two currencies, with what some of them never bought."""
    return [
        make_regular(9, 14, ("A", "B", "C")),
        make_regular(4, 30, ("C",), currency="USD"),
        make_customer(),
        make_regular(1, skus=("D", "A")),
        make_regular(8, 7, ("B", "E"), currency="USD"),
        make_regular(7, 21, ("F",)),
    ]


@pytest.fixture
def fitted(monkeypatch):
    """What was stored, once for each fit."""
    stored, real = [], fits.fitted.dump

    def dump(value):
        stored.append(value)
        return real(value)

    monkeypatch.setattr(fits.fitted, "dump", dump)
    return stored


def test_a_part_of_the_book_says_what_the_whole_book_says(book, monkeypatch):
    monkeypatch.setattr(claims, "SPAN", 2)
    refresh_stale()
    whole = load_book()
    for index, answers, forecast in judge.judge(whole):
        customer = int(whole.customers[index])
        told = json.loads(json.dumps({"curve": None} | forecast | answers))
        outlook = Outlook.objects.get(customer=customer)
        stored = dict(Insight.objects.filter(customer=customer).values_list("detector", "answer"))
        heavy = {name: getattr(outlook, name) for name in ("curve", "ahead", "ahead_items")}
        assert outlook.forecast | heavy | stored == told


def test_one_fit_serves_until_the_night(book, fitted):
    refresh_stale()
    make_order(book[0], LAST + timedelta(days=3), [("Z", 1, "1")])
    assert refresh_stale() == 1
    assert len(fitted) == 1
    outlook = Outlook.objects.get(customer=book[0])
    new = Product.objects.get(sku="Z").pk
    assert new in [row["item"] for row in outlook.forecast["items"]]


def damaged(row):
    row.arrays = bytes(row.arrays)[:-9]


def older(row):
    row.version -= 1


def much_smaller(row):
    row.orders = 3


@pytest.mark.parametrize("change", [damaged, older, much_smaller])
def test_a_fit_that_does_not_serve_is_made_anew_and_everybody_judged_by_it(change, book, fitted):
    refresh_stale()
    row = FittedModel.objects.get()
    change(row)
    row.save()
    make_order(book[0], LAST + timedelta(days=3))
    assert refresh_stale() == len(book)
    assert len(fitted) == 2
    assert set(Outlook.objects.values_list("fit", flat=True)) == {row.number + 1}


def test_every_night_it_is_fitted_anew_and_everybody_judged_once(book, fitted):
    with time_machine.travel(NOW, tick=False):
        refresh_stale()
    with time_machine.travel(NOW + timedelta(days=1), tick=False):
        refit_nightly()
        # The queue calls a job twice, after a crash.
        refit_nightly()
    assert len(fitted) == 2
    assert not stale_customers().exists()
    assert refresh_stale() == len(book)
    assert refresh_stale() == 0


def test_whose_orders_changed_does_not_wait_for_those_of_the_night(book, monkeypatch):
    monkeypatch.setattr(claims, "SPAN", 1)
    refresh_stale()
    fits.refit(NOW)
    make_order(book[4], LAST + timedelta(days=1))
    judged, real = [], judge.judge

    def judge_noted(part, *rest):
        judged.extend(part.customers.tolist())
        return real(part, *rest)

    monkeypatch.setattr(judge, "judge", judge_noted)
    refresh_stale()
    assert judged[0] == book[4].pk
    assert sorted(judged) == [customer.pk for customer in book]


def test_a_product_that_was_deleted_is_expected_by_nobody(book):
    refresh_stale()
    gone = Product.objects.get(sku="F")
    OrderLine.objects.filter(product=gone).delete()
    gone.delete()
    make_order(book[0], LAST + timedelta(days=3))
    refresh_stale()
    items = Outlook.objects.get(customer=book[0]).forecast["items"]
    assert items
    assert gone.pk not in [row["item"] for row in items]


def test_of_two_that_fit_at_once_the_first_counts(book, monkeypatch):
    fits.refit(NOW)
    real = fits.load_book

    def load_while_another_fits(*arguments):
        monkeypatch.setattr(fits, "load_book", real)
        fits.refit(NOW + timedelta(minutes=1))
        return real(*arguments)

    monkeypatch.setattr(fits, "load_book", load_while_another_fits)
    assert fits.refit(NOW + timedelta(minutes=2)).number == 2
    assert FittedModel.objects.get().fitted_at == NOW + timedelta(minutes=1)


def test_the_command_fits_anew(book, fitted, capsys):
    refresh_stale()
    call_command("refresh", refit=True)
    assert capsys.readouterr().out.startswith(f"{len(book)} customers computed")
    assert len(fitted) == 2


def test_nothing_is_fitted_where_nobody_is_stale_or_there(fitted):
    assert (refresh_stale(), refresh_stale(everyone=True)) == (0, 0)
    refit_nightly()
    assert not fitted


def test_the_worker_fits_at_night_and_a_start_does_not_put_it_off():
    # Off in the night, and started again in the morning: it is done then.
    for now in (NOW, NOW + timedelta(days=1)):
        with time_machine.travel(now):
            set_schedules()
    assert Schedule.objects.get(func="config.jobs.refit").next_run == NOW.replace(hour=18)
