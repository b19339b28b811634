import csv
import io
import re
from datetime import date
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm.models import Customer, Order
from tests.factories import make_customer, make_order


@pytest.fixture
def browse(client_for, owner):
    client = client_for(owner)

    def browse(path, **query):
        response = client.get(path, query)
        assert response.status_code == 200
        return (
            b"".join(response.streaming_content).decode() if response.streaming else response.content.decode()
        )

    return browse


def test_orders_are_listed_with_lines_and_amount(browse, customer):
    make_order(customer, date(2026, 1, 15), [("A", 10, "12.50"), ("B", 1, "3")], number="PO-1")
    page = browse("/orders/")
    for text in ("PO-1", "15 Jan 2026", "Fjord Handel AS", "EUR 128.00", "1 order"):
        assert text in page


def test_filters_leave_what_fits(browse, customer, owner):
    other = make_customer("Bergen Import", owner=owner)
    make_order(customer, date(2026, 1, 15), [("A", 1, "1")], number="PO-1")
    make_order(customer, date(2026, 3, 15), [("B", 1, "1")], number="PO-2")
    make_order(other, date(2026, 3, 20), [("A", 1, "1")], number="XX-3")
    make_order(customer, date(2026, 4, 2), [("A", -1, "1")], number="RT-4", kind=Order.Kind.RETURN)

    def found(**query):
        return {
            number
            for number in ("PO-1", "PO-2", "XX-3", "RT-4")
            if f">{number}<" in browse("/orders/", **query)
        }

    assert found(q="PO-") == {"PO-1", "PO-2"}
    assert found(q="bergen") == {"XX-3"}
    assert found(q="a") >= {"PO-1", "XX-3"}
    assert found(customer=customer.pk) == {"PO-1", "PO-2", "RT-4"}
    assert found(product=Order.objects.get(number="PO-2").lines.get().product_id) == {"PO-2"}
    assert found(since="2026-03-15", until="2026-03-31") == {"PO-2", "XX-3"}
    assert found(kind="return") == {"RT-4"}
    assert "No order fits" in browse("/orders/", q="nothing")


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"customer": "abc"}, "There is no such customer."),
        ({"customer": "1.5"}, "There is no such customer."),
        ({"customer": "9" * 30}, "There is no such customer."),
        ({"product": "-1"}, "There is no such product."),
        ({"since": "yesterday"}, "Enter a valid date."),
        ({"since": "2026-03-31", "until": "2026-03-15"}, "This is before the first day."),
    ],
)
def test_a_filter_that_can_not_be_read_says_so_and_lists_nothing(
    browse, client_for, owner, customer, query, words
):
    make_order(customer, date(2026, 3, 20), number="PO-1")
    page = browse("/orders/", **query)
    assert "This filter can't be read" in page
    assert words in page
    assert "PO-1" not in page
    assert b"PO-1" not in client_for(owner).get("/orders/", query | {"format": "csv"}).content


@pytest.mark.parametrize(("query", "link"), [({}, "?format=csv"), ({"q": "PO"}, "?q=PO&amp;format=csv")])
def test_a_download_is_asked_for_as_the_list_is(browse, customer, query, link):
    make_order(customer, number="PO-1")
    assert f'href="{link}"' in browse("/orders/", **query)


def test_a_link_from_elsewhere_shows_as_a_chip_and_sums_up_by_currency(browse, customer):
    make_order(customer, date(2026, 1, 15), [("A", 10, "12.50")])
    make_order(customer, date(2026, 2, 15), [("A", 1, "1000")], currency="KRW")
    page = browse("/orders/", customer=customer.pk)
    assert "take this filter off" in page
    assert "Sum of these orders in EUR" in page
    assert "EUR 125.00" in page
    assert "KRW 1,000" in page


def test_with_a_product_the_sum_is_of_its_lines(browse, customer):
    order = make_order(customer, date(2026, 1, 15), [("A", 10, "12.50"), ("B", 1, "7")])
    product = order.lines.get(product__sku="B").product_id
    assert "<dd>EUR 7.00</dd>" in browse("/orders/", customer=customer.pk, product=product)


def test_a_product_narrows_every_figure_on_screen_and_in_the_export(browse, customer):
    order = make_order(customer, date(2026, 1, 15), [("A", 10, "12.50"), ("B", 1, "7"), ("B", 2, "7")])
    query = {"product": order.lines.filter(product__sku="B").first().product_id}
    page = browse("/orders/", **query)
    assert "Amount of B" in page
    assert page.count("EUR 21.00") == 2
    assert "EUR 146.00" not in page
    rows = list(csv.reader(io.StringIO(browse("/orders/", format="csv", **query))))
    assert rows[1][-3:] == ["2", "EUR", "21.00"]


def test_services_are_said_apart_from_the_sum(browse, customer):
    order = make_order(customer, date(2026, 1, 15), [("A", 10, "12.50"), ("POST", 1, "18")])
    assert "of which services" not in browse("/orders/", customer=customer.pk)
    order.lines.filter(product__sku="POST").update(kind="service")
    page = browse("/orders/", customer=customer.pk)
    assert "<dd>EUR 143.00</dd>" in page
    assert "of which services EUR 18.00" in page


def test_no_order_is_on_two_pages_and_none_on_no_page(browse, customer):
    for n in range(60):
        make_order(customer, date(2026, 1, 15), [("A", 1, "1")], number=f"PO-{n:03}")
    for sort in ("-ordered_on", "ordered_on", "kind", "-customer", "number"):
        pages = [browse("/orders/", sort=sort, page=page) for page in (1, 2)]
        found = [number for page in pages for number in re.findall(r">(PO-\d{3})<", page)]
        assert len(found) == len(set(found)) == 60, sort


def test_the_list_says_what_is_special_about_an_order(browse, customer):
    make_order(customer, kind=Order.Kind.RETURN, learn=False)
    make_order(customer, status=Order.Status.CANCELLED)
    page = browse("/orders/")
    for text in (">return<", ">cancelled<", ">not learned from<"):
        assert text in page


def test_the_export_is_what_the_screen_shows(browse, customer):
    for month in (1, 2, 3):
        make_order(customer, date(2026, month, 1), [("A", month, "10")], number=f"=PO-{month}")
    rows = list(
        csv.reader(io.StringIO(browse("/orders/", format="csv", since="2026-02-01").lstrip("\ufeff")))
    )
    assert rows[0][0] == "Order"
    assert [(row[0], row[1], row[-2], Decimal(row[-1])) for row in rows[1:]] == [
        ("'=PO-3", "2026-03-01", "EUR", 30),
        ("'=PO-2", "2026-02-01", "EUR", 20),
    ]
    rows = list(csv.reader(io.StringIO(browse("/orders/", format="csv", sort="ordered_on", page=2))))
    assert [row[1] for row in rows[1:]] == ["2026-01-01", "2026-02-01", "2026-03-01"]


def test_an_order_page_says_what_adds_up(browse, customer):
    order = make_order(
        customer, date(2026, 1, 15), [("A", 10, "12.50"), ("POST", 1, "18"), ("B", -2, "5")], number="PO-7"
    )
    order.lines.filter(product__sku="POST").update(kind="service")
    later = make_order(customer, date(2026, 2, 1))
    page = browse(f"/orders/{order.pk}/")
    for text in (
        "Order PO-7",
        ">EUR 12.50<",
        "EUR 125.00",
        "EUR 18.00",
        "EUR -10.00",
        "EUR 133.00",
        "return",
        f'href="/orders/{later.pk}/"',
    ):
        assert text in page
    assert "Earlier" not in page


def test_a_return_and_what_it_takes_back_lead_to_each_other(browse, customer):
    bought = make_order(customer, date(2026, 1, 15), [("A", 10, "12.50")], number="PO-7")
    back = make_order(
        customer, date(2026, 1, 20), [("A", -10, "12.50")], kind=Order.Kind.RETURN, number="RT-8"
    )
    back.lines.update(reverses=bought.lines.get())
    assert f'href="/orders/{bought.pk}/">reverses a line of PO-7</a>' in browse(f"/orders/{back.pk}/")
    assert f'href="/orders/{back.pk}/">taken back by RT-8</a>' in browse(f"/orders/{bought.pk}/")


def test_an_order_says_what_forecasts_make_of_it(browse, customer):
    order = make_order(customer)
    assert "Forecasts learn from this order" in browse(f"/orders/{order.pk}/")
    order.lines.update(learn=False)
    page = browse(f"/orders/{order.pk}/")
    assert "Forecasts leave this order out" in page
    assert f"/orders/{order.pk}/learn/" not in page  # each line has its own switch


@pytest.mark.once
def test_a_long_order_asks_as_often_as_a_short_one(client_for, owner, customer):
    client, counts = client_for(owner), []
    for wanted in (2, 40):
        order = make_order(customer, lines=[(f"S{n}", 1, "1") for n in range(wanted)])
        back = make_order(customer, lines=[(f"S{n}", -1, "1") for n in range(wanted)])
        for line, reversed_line in zip(back.lines.all(), order.lines.all(), strict=True):
            line.reverses = reversed_line
            line.save()
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/orders/{order.pk}/")
            client.get(f"/orders/{back.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_not_learning_from_an_order_counts_as_a_change(client_for, owner, customer):
    order = make_order(customer)
    before = Customer.objects.get().orders_rev
    client = client_for(owner)
    assert client.get(f"/orders/{order.pk}/learn/").status_code == 405
    page = client.post(f"/orders/{order.pk}/learn/", {"learn": "0"}, follow=True).content.decode()
    assert "Forecasts no longer learn from this order." in page
    order.refresh_from_db()
    assert (order.learn, Customer.objects.get().orders_rev) == (False, before + 1)
    client.post(f"/orders/{order.pk}/learn/", {"learn": "1"})
    order.refresh_from_db()
    assert order.learn


def test_a_strangers_customer_can_not_be_asked_for(client_for, stranger, customer):
    make_order(customer, number="PO-SECRET")
    client = client_for(stranger)
    assert client.get("/orders/", {"customer": customer.pk}).status_code == 404
    assert "PO-SECRET" not in client.get("/orders/", {"q": "PO"}).content.decode()
    export = client.get("/orders/", {"format": "csv"})
    assert "PO-SECRET" not in b"".join(export.streaming_content).decode()


@pytest.mark.once
def test_the_list_asks_as_often_for_fifty_orders_as_for_five(client_for, owner, customer):
    client = client_for(owner)
    counts = []
    for wanted in (5, 45):
        for n in range(wanted):
            make_order(customer, date(2026, 1, 1 + n % 28), [("A", 1, "1"), ("B", 1, "1")])
        with CaptureQueriesContext(connection) as queries:
            client.get("/orders/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_an_empty_list_says_what_to_import_first(browse):
    assert 'href="/imports/new/"' in browse("/orders/")


@pytest.mark.both("every case")
@pytest.mark.parametrize(
    "query", ["customer=abc", "customer=99999999999999999999", "since=soon", "kind=x", "page=x", "sort=no"]
)
def test_a_broken_address_is_no_failure(browse, customer, query):
    make_order(customer)
    name, value = query.split("=")
    assert "Orders" in browse("/orders/", **{name: value})


def test_a_page_size_from_the_address_bar_does_no_harm(browse, customer):
    make_order(customer, number="PO-1")
    for size in ("-3", "0", "1000000", "many"):
        assert "PO-1" in browse("/orders/", per_page=size)
