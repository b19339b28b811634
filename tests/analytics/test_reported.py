"""What a customer reports, on his dashboard: planted reports and orders, and the figures they must come to."""

import csv
import io
import re
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics.refresh import refresh_stale
from crm.models import OrderLine, SellOut, StockLevel
from tests.factories import make_customer, make_order, make_product

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TODAY = "2026-11-24 09:00Z"
MONTHS = [date(2026, month, 1) for month in range(5, 11)]


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(TODAY, tick=False):
        yield


@pytest.fixture
def fjord(owner):
    return make_customer("Fjord Handel AS", owner=owner, orders_known_through=date(2026, 11, 23))


@pytest.fixture
def lamp(db):
    return make_product("A1", name="Lamp", unit="pcs")


@pytest.fixture
def tape(db):
    return make_product("B2", name="Tape", unit="rolls")


def sell(customer, product, quantities, months=MONTHS):
    SellOut.objects.bulk_create(
        SellOut(customer=customer, product=product, month=month, quantity=quantity)
        for month, quantity in zip(months, quantities, strict=True)
    )


def stock(customer, product, on, quantity):
    StockLevel.objects.create(customer=customer, product=product, on=on, quantity=quantity)


@pytest.fixture
def reports(fjord, lamp, tape):
    """The lamp grows from 60 to 90, the tape shrinks from 40 to 20; the running month is no month yet."""
    sell(fjord, lamp, [10, 20, 30, 30, 30, 30])
    sell(fjord, tape, [20, 10, 10, 10, 5, 5])
    sell(fjord, lamp, [999], [date(2026, 11, 1)])
    stock(fjord, lamp, date(2026, 9, 30), 777)
    stock(fjord, lamp, date(2026, 10, 31), 45)
    stock(fjord, tape, date(2026, 10, 31), 0)
    make_order(fjord, date(2026, 7, 31), [("A1", 1000, "1")])
    make_order(fjord, date(2026, 8, 1), [("A1", 50, "1"), ("A1", "-8", "1")])
    make_order(fjord, date(2026, 10, 31), [("A1", 10, "1"), ("B2", "2.5", "1")])
    make_order(fjord, date(2026, 10, 1), [("A1", 5000, "1")], status="cancelled")
    make_order(fjord, date(2026, 11, 1), [("A1", 1000, "1")])


@pytest.fixture
def card(client_for, owner):
    """card(customer, ...): the words of the card, "" where there is none."""

    def card(customer, user=owner):
        page = client_for(user).get(f"/customers/{customer.pk}/").content.decode()
        found = re.search(r'aria-labelledby="rep-h".*?</section>', page, re.DOTALL)
        return found[0] if found else ""

    return card


def rows(card):
    """[[cell, ...]] as a reader sees them."""
    bodies = "".join(re.findall(r"<tbody>(.*?)</tbody>", card, re.DOTALL))
    return [
        [
            " ".join(re.sub(r"<[^>]+>", " ", cell).split())
            for cell in re.findall(r"<td.*?</td>", row, re.DOTALL)
        ]
        for row in re.findall(r"<tr>(.*?)</tr>", bodies, re.DOTALL)
    ]


@pytest.mark.both
def test_the_figures_of_the_last_three_months(reports, fjord, card):
    shown = card(fjord)
    assert "Aug – Oct 2026" in shown
    assert "from May – Jul 2026" in shown
    assert "stock on 31 Oct 2026" in shown
    assert rows(shown) == [
        ["Lamp A1", "90 pcs", "+50 %", "52 pcs", "45 pcs", "1.5 months"],
        ["Tape B2", "20 rolls", "−50 %", "2.5 rolls", "0 rolls", "0 months"],
    ]
    assert 'class="up"' in shown
    assert 'class="dn"' in shown
    assert "Nothing was reported" not in shown


def test_the_orders_behind_our_figure_are_a_click_away(reports, fjord, lamp, card, client_for, owner):
    url = re.search(r'<a href="(/orders/[^"]+)">52 pcs', card(fjord))[1].replace("&amp;", "&")
    assert url == f"/orders/?customer={fjord.pk}&since=2026-08-01&until=2026-10-31&product={lamp.pk}"
    assert "PO-" in client_for(owner).get(url).content.decode()


def test_who_reports_nothing_has_no_card(fjord, card):
    make_order(fjord, date(2026, 10, 1))
    assert not card(fjord)


def test_a_month_left_out_is_named_and_nothing_is_compared(fjord, lamp, card):
    sell(fjord, lamp, [10, 20, 30, 40, 60], [month for month in MONTHS if month.month != 9])
    stock(fjord, lamp, date(2026, 10, 31), 100)
    shown = card(fjord)
    assert re.search(r"Nothing was reported for:\s+Sept? 2026", shown)
    assert "once six months in a row" in shown
    # Two months came to a hundred: at that pace the stock lasts two.
    assert rows(shown) == [["Lamp A1", "100 pcs", "0 pcs", "100 pcs", "2 months"]]


def test_what_is_new_what_stopped_and_what_only_lies_there(fjord, lamp, tape, card):
    rope = make_product("C3", name="Rope", unit="m")
    sell(fjord, lamp, [0, 0, 0, 1, 1, 1])
    sell(fjord, tape, [5, 5, 5, 0, 0, 0])
    stock(fjord, rope, date(2026, 10, 31), "12.5")
    stock(fjord, lamp, date(2026, 10, 31), 400)
    assert rows(card(fjord)) == [
        ["Lamp A1", "3 pcs", "new", "0 pcs", "400 pcs", "over 24 months"],
        ["Rope C3", "0 m", "–", "0 m", "12.5 m", "–"],
        ["Tape B2", "0 rolls", "−100 %", "0 rolls", "–", "–"],
    ]


@pytest.mark.both
def test_stock_alone_is_shown_alone(fjord, lamp, card):
    stock(fjord, lamp, date(2026, 10, 31), 7)
    shown = card(fjord)
    assert rows(shown) == [["Lamp A1", "7 pcs"]]
    assert "Sold on" not in re.search(r"<thead>.*?</thead>", shown, re.DOTALL)[0]
    assert "six months in a row" not in shown


def test_orders_that_are_not_all_known_yet_are_said_so(reports, fjord, card):
    fjord.orders_known_through = date(2026, 10, 12)
    fjord.save()
    assert "Our orders are known only up to 12 Oct 2026." in card(fjord)


def test_lines_in_another_unit_are_left_out(reports, fjord, card):
    OrderLine.objects.filter(quantity=10).update(unit="boxes")
    assert rows(card(fjord))[0][3] == "42 pcs"


@pytest.mark.both
def test_it_comes_out_as_a_file(reports, fjord, client_for, owner, stranger, mate):
    url = f"/customers/{fjord.pk}/?table=reported&format=csv"
    text = b"".join(client_for(owner).get(url)).decode("utf-8-sig")
    header, lamp, tape = csv.reader(io.StringIO(text))
    assert header[3] == "Sold on, Aug – Oct 2026"
    assert lamp[:3] == ["A1", "Lamp", "pcs"]
    assert [Decimal(cell) for cell in lamp[3:7]] == [90, 60, 52, 45]
    assert lamp[7:] == ["2026-10-31", "1.5"]
    assert tape[0] == "B2"
    book = client_for(owner).get(url.replace("csv", "xlsx"))
    assert b"".join(book).startswith(b"PK")
    for user in (stranger, mate):
        assert client_for(user).get(url).status_code == 404


def test_a_file_of_nothing_is_empty(fjord, client_for, owner):
    text = b"".join(client_for(owner).get(f"/customers/{fjord.pk}/?format=csv")).decode("utf-8-sig")
    assert len(text.splitlines()) == 1


def test_many_items_ask_as_often_as_few(fjord, client_for, owner):
    client, counts = client_for(owner), []
    for wanted in (2, 40):
        for n in range(wanted):
            product = make_product(f"P{wanted}-{n}")
            sell(fjord, product, [1, 2, 3, 4, 5, 6])
            stock(fjord, product, date(2026, 10, 31), n)
            make_order(fjord, date(2026, 10, 1 + n % 20), [(product.sku, 1, "5")])
        refresh_stale()
        with CaptureQueriesContext(connection) as queries:
            page = client.get(f"/customers/{fjord.pk}/").content.decode()
        counts.append(len(queries))
    assert "Show 30 more items" in page
    assert counts[0] == counts[1] <= 24


def test_in_korean(reports, fjord, card, owner):
    owner.language = "ko"
    owner.save()
    assert "2026년 8월" in card(fjord)
