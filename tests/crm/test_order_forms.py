"""Orders as they are entered, corrected, shipped and cancelled on the screen."""

import re
import threading
from datetime import date
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from accounts.models import User
from crm.forms import order_lines
from crm.forms import orders as forms
from crm.models import Customer, Order, OrderLine, Product, Shipment, ShipmentLine
from crm.order_entry import stored_state, write_order
from crm.templatetags.figures import typed
from tests.factories import make_customer, make_order, make_product

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TODAY = date(2026, 3, 24)
calls = []


def note_call():
    calls.append(1)


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel("2026-03-24 09:00Z", tick=False):
        yield


@pytest.fixture(autouse=True)
def announced(settings):
    calls.clear()
    settings.AFTER_IMPORT = [f"{__name__}.note_call"]
    return calls


@pytest.fixture
def product():
    return make_product("AUR-400", name="Aurora 400 headlamp", unit="pcs")


@pytest.fixture
def browser(client_for, owner):
    return client_for(owner)


def head(**fields):
    return {
        "number": "PO-1", "ordered_on": "2026-03-20", "kind": "order", "status": "received", "currency": "EUR"
    } | fields  # fmt: skip


def rows(*lines, initial=0):
    """Form data of lines: dictionaries of their fields."""
    data = {"lines-TOTAL_FORMS": len(lines), "lines-INITIAL_FORMS": initial}
    for index, line in enumerate(lines):
        fields = {"item": "AUR-400", "quantity": "10", "unit_price": "12.50", "kind": "goods"} | line
        data |= {f"lines-{index}-{name}": value for name, value in fields.items()}
    return data


def shown(order):
    """What the edit form of an order sends when nothing is touched."""
    sign = -1 if order.kind == "return" else 1
    lines = [
        {"line": line.pk, "item": line.product.sku, "quantity": typed(sign * line.quantity), "unit": line.unit,
         "unit_price": typed(line.unit_price), "kind": line.kind, "promised_on": line.promised_on or ""}
        for line in order.lines.order_by("pk")
    ]  # fmt: skip
    fields = {name: getattr(order, name) for name in ("number", "ordered_on", "kind", "status", "currency")}
    listed = order.lines.all() if order.lines.count() <= forms.LINES_AT_ONCE else ()
    return head(**fields, seen=stored_state(Order.objects.get(pk=order.pk), listed)), lines


def meant(page):
    """What the button sends with which one says that what was asked about is meant."""
    return {"anyway": re.search(r'name="anyway" value="(\w+)"', page)[1]}


def new(customer):
    return f"/customers/{customer.pk}/orders/new/"


def test_an_order_is_entered_with_its_lines(browser, customer, owner, product, announced):
    service = make_product("FRT", name="Freight")
    data = head() | rows(
        {"promised_on": "2026-04-02"},
        {"item": "aur-400", "quantity": "2.5", "unit_price": "3.333", "unit": "box"},
        {"item": "Freight", "quantity": "1", "unit_price": "30", "kind": "service"},
        {"item": "", "quantity": "", "unit_price": ""},
    )
    response = browser.post(new(customer), data, follow=True)
    order = Order.objects.get()
    assert (order.customer, order.credited_to, order.ordered_on) == (customer, owner, date(2026, 3, 20))
    found = list(
        order.lines.values_list("key", "product", "quantity", "unit", "amount", "kind", "promised_on")
    )
    assert found == [
        ("AUR-400:1", product.pk, 10, "pcs", Decimal("125.00"), "goods", date(2026, 4, 2)),
        ("AUR-400:2", product.pk, Decimal("2.5"), "box", Decimal("8.33"), "goods", None),
        ("FRT:1", service.pk, 1, "", Decimal(30), "service", None),
    ]
    assert Customer.objects.get().orders_rev > 0
    assert len(announced) == 1
    assert order.history.get().history_user == owner
    assert "Order PO-1 is entered." in response.content.decode()


def test_a_comma_parts_decimals_and_the_line_is_shown_as_its_reader_writes(browser, customer, product, owner):
    """A browser's own number field makes 125 of it."""
    browser.post(new(customer), head() | rows({"quantity": "12,5", "unit_price": "3,75"}))
    line = OrderLine.objects.get()
    assert (line.quantity, line.unit_price, line.amount) == (
        Decimal("12.5"),
        Decimal("3.75"),
        Decimal("46.88"),
    )
    User.objects.filter(pk=owner.pk).update(number_format="1.234,5")
    page = browser.get(f"/orders/{line.order_id}/edit/").content.decode()
    assert 'type="text" name="lines-0-quantity" value="12,5" inputmode="decimal"' in page
    assert 'name="lines-0-unit_price" value="3,75"' in page
    refused = browser.post(new(customer), head(number="") | rows({"quantity": "12,5x"})).content.decode()
    assert 'name="lines-0-quantity" value="12,5x"' in refused


def test_the_price_that_is_offered_is_read_back_as_it_was(browser, customer, product, owner):
    User.objects.filter(pk=owner.pk).update(number_format="1.234,5")
    make_order(customer, "2026-03-01", [("AUR-400", 10, "12.345")])
    asked = {"lines-0-item": "AUR-400", "customer": customer.pk, "currency": "EUR"}
    offered = browser.get("/products/suggestions/", asked).content.decode()
    price = re.search(r'data-price="([^"]*)"', offered)[1]
    browser.post(new(customer), head() | rows({"quantity": "2", "unit_price": price}))
    assert OrderLine.objects.latest("pk").unit_price == Decimal("12.345")


def test_amounts_are_rounded_to_the_digits_of_the_currency(browser, customer, product):
    browser.post(new(customer), head(currency="KRW") | rows({"quantity": "3", "unit_price": "33.5"}))
    assert OrderLine.objects.get().amount == 101  # half up, no digits


def test_an_unknown_item_offers_to_be_made_without_losing_the_form(browser, customer, product):
    data = head() | rows({"item": "NEW-1", "quantity": "7", "unit_price": "9"}, {"quantity": "4"})
    response = browser.post(new(customer), data)
    page = response.content.decode()
    assert response.status_code == 422
    assert "There is no product “NEW-1”. Correct it, or tick “New product” and name it." in page
    assert page.count('class="new-product" hidden') == 2  # of the other line, and of the empty one to add
    for kept in ('value="NEW-1"', 'value="7"', 'value="PO-1"', 'value="4"'):
        assert kept in page
    data |= {"lines-0-is_new": "on", "lines-0-new_name": "New tent", "lines-0-unit": "pcs"}
    browser.post(new(customer), data)
    made = Product.objects.get(sku="NEW-1")
    assert (made.name, made.unit, made.history.count()) == ("New tent", "pcs", 1)
    assert OrderLine.objects.get(product=made).amount == 63


def test_two_lines_of_one_new_product_make_it_once(browser, customer):
    line = {"item": "NEW-1", "is_new": "on", "new_name": "New tent"}
    browser.post(new(customer), head() | rows(line, line))
    assert Product.objects.count() == 1
    assert [line.key for line in OrderLine.objects.all()] == ["NEW-1:1", "NEW-1:2"]


@pytest.mark.parametrize(
    ("fields", "line", "words"),
    [
        ({"ordered_on": "2026-03-26"}, {}, "This day is still to come"),
        ({"ordered_on": "0026-03-20"}, {}, "So long ago? Check the year."),
        ({"ordered_on": ""}, {}, "Say on which day."),
        ({}, {"quantity": "0"}, "Nought is no line"),
        ({}, {"quantity": ""}, "How many?"),
        ({}, {"quantity": "a dozen"}, "Write a number, like 12, 2.5 or 48k."),
        ({}, {"quantity": "1,500,00"}, "Write a number, like 12, 2.5 or 48k."),
        ({}, {"quantity": "1.500"}, "“1.500” can mean 1.5 or 1500: write the one you mean."),
        ({}, {"quantity": "1.2345"}, "too many digits after the point"),
        ({}, {"quantity": "1" * 16}, "This number has too many digits."),
        ({}, {"quantity": "-5"}, "What came back is an order of its own, of the kind “return”."),
        ({}, {"unit_price": "-1"}, "A price has no minus."),
        ({}, {"unit_price": ""}, "What does one cost?"),
        ({}, {"unit_price": "19", "kind": "free"}, "What is free of charge has no price"),
        ({"kind": "return"}, {"quantity": "-3"}, "without a minus"),
        ({}, {"DELETE": "on"}, "An order has at least one line."),
        ({}, {"item": "x" * 81, "is_new": "on"}, "80 letters at most"),
        ({}, {"item": "\u200b", "is_new": "on"}, "Which item? Write its SKU or name."),
        ({}, {"promised_on": "soon"}, "Write the day like 2026-03-24."),
    ],
)
def test_what_is_wrong_is_said(browser, customer, product, fields, line, words):
    response = browser.post(new(customer), head(**fields) | rows(line))
    assert response.status_code == 422
    assert words in response.content.decode()
    assert not Order.objects.exists()


def test_the_last_price_is_said_where_none_is_written_and_a_gift_has_none(browser, customer, product):
    make_order(customer, lines=[("AUR-400", 1, "11.25")])
    page = browser.post(new(customer), head() | rows({"unit_price": ""})).content.decode()
    assert "What does one cost? The last time it was 11.25." in page
    browser.post(new(customer), head() | rows({"unit_price": "", "kind": "free"}))
    assert OrderLine.objects.get(kind="free").amount == 0


def test_a_return_turns_the_sign_and_shows_what_was_typed(browser, customer, product):
    browser.post(new(customer), head(kind="return") | rows({"quantity": "3"}))
    line = OrderLine.objects.get()
    assert (line.quantity, line.amount) == (-3, Decimal("-37.50"))
    page = browser.get(f"/orders/{line.order_id}/edit/").content.decode()
    assert 'name="lines-0-quantity" value="3"' in page


def test_a_credit_that_an_import_brought_stays_in_its_order_and_no_other_joins_it(browser, customer, product):
    order = make_order(customer, lines=[("AUR-400", 10, "12.50"), ("AUR-400", -2, "12.50")])
    fields, lines = shown(order)
    lines[0]["quantity"], lines[1]["quantity"] = "12", "-3"
    browser.post(f"/orders/{order.pk}/edit/", fields | rows(*lines, initial=2))
    assert list(order.lines.order_by("pk").values_list("quantity", flat=True)) == [12, -3]
    lines[0]["quantity"] = "-12"
    page = browser.post(f"/orders/{order.pk}/edit/", fields | rows(*lines, initial=2)).content.decode()
    assert "An order has no minus." in page
    assert list(order.lines.order_by("pk").values_list("quantity", flat=True)) == [12, -3]


def test_a_return_of_an_earlier_line_is_found_and_neither_is_learned_from(browser, customer, product):
    make_order(customer, date(2026, 3, 1), [("AUR-400", 60, "12.50")], number="GIANT")
    browser.post(new(customer), head(kind="return", number="RT") | rows({"quantity": "60"}))
    page = browser.get(Order.objects.get(number="RT").get_absolute_url()).content.decode()
    assert "reverses a line of GIANT" in page
    assert list(OrderLine.objects.values_list("learn", flat=True)) == [False, False]


def test_what_took_a_line_back_goes_and_the_line_is_learned_from_again(browser, customer, product):
    make_order(customer, date(2026, 3, 1), [("AUR-400", 60, "12.50")], number="GIANT")
    back = [{"quantity": "60"}, {"quantity": "2"}]
    browser.post(new(customer), head(kind="return", number="RT") | rows(*back))
    fields, lines = shown(Order.objects.get(number="RT"))
    lines[0]["DELETE"] = "on"
    browser.post(f"/orders/{Order.objects.get(number='RT').pk}/edit/", fields | rows(*lines, initial=2))
    assert list(OrderLine.objects.order_by("pk").values_list("quantity", "learn")) == [(60, True), (-2, True)]


@pytest.mark.both
def test_an_edit_changes_what_was_changed_and_keeps_an_imported_amount(browser, customer, product, owner):
    order = make_order(customer, lines=[("AUR-400", 10, "12.50"), ("B", 2, "5")])
    first, second = order.lines.order_by("pk")
    OrderLine.objects.filter(pk=first.pk).update(amount="124.99")  # as the file said it
    fields, lines = shown(order)
    lines[0]["promised_on"] = "2026-04-01"
    lines[1]["quantity"] = "3"
    browser.post(f"/orders/{order.pk}/edit/", fields | rows(*lines, initial=2))
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.amount, first.promised_on) == (Decimal("124.99"), date(2026, 4, 1))
    assert (second.quantity, second.amount) == (3, 15)
    # The line as it came in, and as it is now.
    assert list(second.history.values_list("quantity", "history_user")) == [(3, owner.pk), (2, None)]


def test_another_currency_rounds_anew_and_another_kind_turns_every_sign(browser, customer, product):
    order = make_order(customer, lines=[("AUR-400", 3, "33.50")])
    fields, lines = shown(order)
    fields |= {"currency": "KRW", "kind": "return"}
    browser.post(f"/orders/{order.pk}/edit/", fields | rows(*lines, initial=1))
    order.refresh_from_db()
    line = order.lines.get()
    assert (line.quantity, line.amount, order.currency) == (-3, -101, "KRW")


def test_lines_are_added_and_removed(browser, customer, product):
    order = make_order(customer, lines=[("AUR-400", 10, "12.50"), ("B", 2, "5")])
    fields, lines = shown(order)
    lines[1]["DELETE"] = "on"
    lines.append({"item": "B", "quantity": "5"})
    browser.post(f"/orders/{order.pk}/edit/", fields | rows(*lines, initial=2))
    assert list(order.lines.values_list("product__sku", "quantity")) == [("AUR-400", 10), ("B", 5)]


def test_a_line_of_another_order_cannot_be_reached_through_the_form(browser, customer, product):
    other = make_order(customer, lines=[("AUR-400", 99, "1")])
    order = make_order(customer, lines=[("AUR-400", 1, "1")])
    fields, lines = shown(order)
    lines[0] |= {"line": other.lines.get().pk, "quantity": "5"}
    response = browser.post(f"/orders/{order.pk}/edit/", fields | rows(*lines, initial=1))
    assert response.status_code == 422
    assert "This line is no longer in the order." in response.content.decode()
    assert (other.lines.get().quantity, order.lines.get().quantity) == (99, 1)


class TestChangedMeanwhile:
    """The form was opened, the order changed, the form was sent."""

    words = "This order was changed while you were writing."

    @pytest.fixture
    def order(self, customer, product):
        return make_order(customer, lines=[("AUR-400", 10, "12.50"), ("B", 2, "5")], status="received")

    @pytest.fixture
    def opened(self, browser, order):
        """What the page that was opened before will send."""
        fields, lines = shown(order)
        assert (
            f'name="seen" value="{fields["seen"]}"'
            in browser.get(f"/orders/{order.pk}/edit/").content.decode()
        )
        return fields, lines

    def send(self, browser, order, fields, lines):
        response = browser.post(f"/orders/{order.pk}/edit/", fields | rows(*lines, initial=2))
        page = response.content.decode()
        return response.status_code, page, re.search(r'name="seen" value="(\w+)"', page)

    def test_an_import_is_not_reverted_unseen(self, browser, order, opened):
        fields, lines = opened
        # As imports write: past the history.
        order.lines.filter(product__sku="B").update(quantity=7, amount=35)
        lines[0]["quantity"] = "11"
        status, page, seen = self.send(browser, order, fields, lines)
        assert status == 422
        assert self.words in page
        assert 'name="lines-0-quantity" value="11"' in page
        assert set(order.lines.values_list("quantity", flat=True)) == {10, 7}
        status, _, _ = self.send(browser, order, fields | {"seen": seen[1]}, lines)
        assert status == 302
        assert set(order.lines.values_list("quantity", flat=True)) == {11, 2}

    def test_a_colleagues_status_is_not_reverted_unseen(self, browser, order, opened):
        fields, lines = opened
        order.status = "confirmed"
        order.save()
        status, page, seen = self.send(browser, order, fields, lines)
        assert (status, self.words in page) == (422, True)
        order.refresh_from_db()
        assert order.status == "confirmed"
        self.send(browser, order, fields | {"seen": seen[1], "status": "shipped"}, lines)
        order.refresh_from_db()
        assert order.status == "shipped"

    def test_a_line_that_was_taken_out_is_not_entered_anew(self, browser, order, opened):
        fields, lines = opened
        order.lines.get(product__sku="B").delete()
        status, page, seen = self.send(browser, order, fields, lines)
        assert (status, self.words in page) == (422, True)
        fields["seen"] = seen[1]
        status, page, _ = self.send(browser, order, fields, lines)
        assert (status, self.words in page) == (422, False)
        assert "This line is no longer in the order." in page
        lines[1]["DELETE"] = "on"
        status, _, _ = self.send(browser, order, fields, lines)
        assert (status, order.lines.get().product.sku) == (302, "AUR-400")

    def test_a_line_that_came_gets_a_row(self, browser, order, opened):
        fields, lines = opened
        line = order.lines.get(product__sku="B")
        OrderLine.objects.create(
            order=order, key="9", product=line.product, quantity=4, unit_price=5, amount=20
        )
        status, page, seen = self.send(browser, order, fields, lines)
        assert (status, "Lines that were added meanwhile stand at the end." in page) == (422, True)
        assert 'name="lines-2-quantity" value="4"' in page
        added = {"line": order.lines.get(key="9").pk, "item": "B", "quantity": "4", "unit_price": "5"}
        self.send(browser, order, fields | {"seen": seen[1], "kind": "return"}, [*lines, added])
        assert sorted(order.lines.values_list("quantity", flat=True)) == [-10, -4, -2]

    def test_what_else_is_imported_of_the_customer_is_no_change(self, browser, order, opened, customer):
        make_order(customer)
        status, _, _ = self.send(browser, order, *opened)
        assert status == 302

    def test_a_line_stands_in_one_row(self, browser, order, opened):
        fields, lines = opened
        lines[1] |= {"line": lines[0]["line"]}
        assert self.send(browser, order, fields, lines)[0] == 422
        lines[0]["DELETE"] = "on"
        assert self.send(browser, order, fields, lines)[0] == 422
        assert set(order.lines.values_list("quantity", flat=True)) == {10, 2}


def test_a_number_is_taken_once_and_names_only_what_is_visible(
    browser, client_for, customer, product, stranger
):
    taken = make_order(customer, number="PO-9")
    page = browser.post(new(customer), head(number="PO-9") | rows({})).content.decode()
    link = f'<a href="/orders/{taken.pk}/">PO-9</a>'
    assert f"An order of Fjord Handel AS has this number: {link}." in page
    other = make_customer("Iberia Import SL", owner=stranger)
    page = client_for(stranger).post(new(other), head(number="PO-9") | rows({})).content.decode()
    assert "not yours to see. Ask your manager." in page
    assert "Fjord" not in page


def too_early(look, seen):
    """`look`, which the first time comes before the other has saved."""
    looks = iter([seen])

    def looking(*args):
        return next(looks, look)(*args)

    return looking


@pytest.mark.parametrize("known", [{"number": "PO-9", "source": "SAP"}, {"number": "po-9"}])
def test_a_number_known_from_another_erp_is_asked_about_once(
    browser, customer, product, owner, stranger, known
):
    taken = make_order(make_customer("Nordlys AS", owner=owner), **known)
    make_order(make_customer(owner=stranger), number="PO-9", source="Odoo")
    response = browser.post(new(customer), head(number="PO-9") | rows({"quantity": "61"}))
    page = response.content.decode()
    assert response.status_code == 422
    assert "Is it here already?" in page
    assert f'<a href="{taken.get_absolute_url()}">{taken.number}</a> <span class="soft">Nordlys AS' in page
    assert "Odoo" not in page, "what he may not see is not named"
    assert 'value="61"' in page
    assert not customer.orders.exists()
    browser.post(new(customer), head(number="PO-9") | rows({"quantity": "61"}) | meant(page))
    order = customer.orders.get()
    assert order.lines.get().quantity == 61
    # Of a number that stays nobody is asked again.
    fields, lines = shown(order)
    fields |= {"ordered_on": "2026-03-19"}
    browser.post(f"/orders/{order.pk}/edit/", fields | rows(*lines, initial=1))
    order.refresh_from_db()
    assert order.ordered_on == date(2026, 3, 19)


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ({"quantity": "60000"}, "60,000 pcs; on 2 Mar 2026 it was 60 pcs."),
        ({"quantity": "60000", "unit": "PCS"}, "60,000 PCS; on 2 Mar 2026 it was 60 PCS."),
        ({"quantity": "0.6"}, "0.6 pcs; on 2 Mar 2026 it was 60 pcs."),
        ({"unit_price": "1.25"}, "EUR 1.25; on 2 Mar 2026 it was EUR 12.50."),
    ],
)
def test_what_is_far_from_the_last_time_is_asked_about_once(browser, customer, product, line, said):
    make_order(customer, "2026-03-02", [("AUR-400", 60, "12.5")])
    new_line = {"quantity": "50", "unit_price": "12.5"} | line
    response = browser.post(new(customer), head() | rows(new_line))
    page = " ".join(response.content.decode().split())
    assert response.status_code == 422
    assert "Is this right?" in page
    assert f"<b>Aurora 400 headlamp</b>: {said}" in page
    assert "Is it here already?" not in page
    assert customer.orders.count() == 1
    other_slip = browser.post(new(customer), head() | rows(new_line, {"quantity": "90000"}) | meant(page))
    assert other_slip.status_code == 422
    assert "90,000 pcs" in other_slip.content.decode()
    browser.post(new(customer), head() | rows(new_line) | meant(page))
    assert customer.orders.latest("pk").lines.count() == 1


BEFORE = [
    ("2026-02-02", [("AUR-400", 60, "12.5")]),
    # A case, and a single piece beside it.
    ("2026-03-02", [("AUR-400", 600, "12.5"), ("AUR-400", 2, "12.5")]),
]


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ({"quantity": "59000", "unit_price": "12.5"}, {}),
        ({"quantity": "1", "unit_price": "12.5"}, {}),
        ({"quantity": "60", "unit_price": "120"}, {}),
        ({"quantity": "6000000", "unit": "g", "unit_price": "0.01"}, {}),
        ({"quantity": "0.001", "unit_price": "0", "kind": "free"}, {}),
        ({"quantity": "600", "unit_price": "90", "kind": "service"}, {}),
        ({"quantity": "0.01", "unit_price": "12.5"}, {"kind": "return"}),
        # What came later is no last time.
        ({"quantity": "5000", "unit_price": "12.5"}, {"ordered_on": "2026-02-20"}),
        ({"quantity": "600000", "unit_price": "1250"}, {"ordered_on": "2026-01-20"}),
        ({"quantity": "60", "unit_price": "12500"}, {"currency": "KRW"}),
    ],
)
def test_what_may_well_be_is_not_asked_about(browser, customer, product, line, fields):
    for day, lines in BEFORE:
        make_order(customer, day, lines)
    response = browser.post(new(customer), head(**fields) | rows(line))
    assert response.status_code == 302
    assert customer.orders.count() == 3


@pytest.mark.parametrize(
    ("change", "is_asked"),
    [
        ({"promised_on": "2026-05-05"}, False),
        ({"quantity": "60"}, False),
        ({"quantity": "70000"}, True),
        ({"item": "B-1"}, True),
        ({"unit": "pcs"}, True),
    ],
)
def test_of_a_line_that_is_corrected_only_what_changes_is_asked_about(
    browser, customer, product, change, is_asked
):
    """A slip that is repaired is not compared with itself."""
    make_order(customer, "2026-03-02", [("AUR-400", 60, "12.5"), ("B-1", 2, "12.5")])
    order = make_order(customer, "2026-03-10", [("AUR-400", 60000, "12.5")])
    order.lines.update(unit="box" if "unit" in change else "")
    fields, (line,) = shown(order)
    response = browser.post(f"/orders/{order.pk}/edit/", fields | rows(line | change, initial=1))
    assert response.status_code == (422 if is_asked else 302)


@pytest.mark.both
def test_of_two_who_take_a_number_at_once_the_second_is_told(browser, customer, product, monkeypatch):
    taken = make_order(customer, number="PO-9")
    look = too_early(forms.OrderForm.clean_number, lambda form: form.cleaned_data["number"])
    monkeypatch.setattr(forms.OrderForm, "clean_number", look)
    response = browser.post(new(customer), head(number="PO-9") | rows({"item": "NEW-1", "is_new": "on"}))
    assert response.status_code == 422
    link = f'<a href="/orders/{taken.pk}/">PO-9</a>'
    assert f"An order of Fjord Handel AS has this number: {link}." in response.content.decode()
    assert (Order.objects.get(), Product.objects.filter(sku="NEW-1").exists()) == (taken, False)


@pytest.mark.both
def test_of_two_who_enter_a_product_at_once_the_second_orders_that_of_the_first(
    browser, customer, product, monkeypatch
):
    monkeypatch.setattr(order_lines, "find_products", too_early(order_lines.find_products, lambda texts: {}))
    response = browser.post(new(customer), head() | rows({"is_new": "on", "new_name": "Headlamp"}))
    assert response.status_code == 302
    assert (Product.objects.get(), OrderLine.objects.get().product) == (product, product)


def test_an_order_of_very_many_lines_keeps_them_and_takes_new_ones(browser, customer, product, monkeypatch):
    monkeypatch.setattr("crm.forms.orders.LINES_AT_ONCE", 2)
    order = make_order(customer, lines=[("AUR-400", n, "1") for n in (1, 2, 3)])
    assert "too many to change on one page" in browser.get(f"/orders/{order.pk}/edit/").content.decode()
    fields, _ = shown(order)
    browser.post(f"/orders/{order.pk}/edit/", fields | {"kind": "return", "status": "shipped"} | rows())
    order.refresh_from_db()
    assert (order.kind, order.status, order.lines.count()) == ("order", "shipped", 3)


def test_suggestions_come_with_his_last_price(browser, client_for, customer, product, stranger):
    make_order(customer, date(2026, 1, 5), [("AUR-400", 1, "11.25")])
    make_order(customer, date(2026, 2, 5), [("AUR-400", 1, "12.00"), ("TAP-05", 1, "3")])
    query = {"lines-0-item": "headl", "customer": customer.pk, "currency": "EUR"}
    page = browser.get("/products/suggestions/", query).content.decode()
    assert '<option value="AUR-400" label="Aurora 400 headlamp · EUR 12.00"' in page
    assert 'data-price="12"' in page
    assert 'data-unit="pcs"' in page
    assert "TAP-05" not in page
    theirs = client_for(stranger).get("/products/suggestions/", query).content.decode()
    assert "AUR-400" in theirs
    assert "12" not in theirs
    for query in ({}, {"lines-0-item": ""}, {"lines-0-item": "a", "customer": "9" * 30}):
        assert browser.get("/products/suggestions/", query).status_code == 200


def test_a_cancelled_order_can_be_taken_back(browser, customer, announced):
    order = make_order(customer, status="confirmed")
    page = browser.post(f"/orders/{order.pk}/cancel/", {"cancel": 1}, follow=True).content.decode()
    order.refresh_from_db()
    assert order.status == "cancelled"
    assert "is cancelled. Forecasts are being computed anew." in page
    assert "Undo" in page
    browser.post(f"/orders/{order.pk}/cancel/", {"cancel": 0})
    order.refresh_from_db()
    assert (order.status, len(announced)) == ("confirmed", 2)


def test_one_line_is_left_out_and_learned_from_again(browser, customer, owner, announced):
    order = make_order(customer, lines=[("A", 1, "1"), ("B", 1, "1")])
    line, rev = order.lines.first(), Customer.objects.get().orders_rev
    page = browser.post(f"/order-lines/{line.pk}/learn/", {"learn": 0}, follow=True).content.decode()
    assert "Forecasts no longer learn from Product A of this order." in page
    assert list(order.lines.values_list("learn", flat=True)) == [False, True]
    assert Customer.objects.get().orders_rev == rev + 1
    browser.post(f"/order-lines/{line.pk}/learn/", {"learn": 1})
    assert list(line.history.values_list("learn", flat=True)) == [True, False, True]
    assert len(announced) == 2


class TestShipments:
    @pytest.fixture
    def order(self, customer):
        order = make_order(
            customer, lines=[("A", 10, "1"), ("B", 5, "1"), ("FRT", 1, "9")], status="confirmed"
        )
        order.lines.filter(product__sku="FRT").update(kind="service")
        order.lines.filter(product__sku="A").update(promised_on="2026-03-14")
        return order

    @pytest.fixture
    def fields(self, order):
        a, b = order.lines.exclude(kind="service").order_by("pk")
        return f"line-{a.pk}", f"line-{b.pk}"

    def test_what_is_open_is_filled_in_and_the_rest_follows(self, browser, order, fields):
        path, (a, b) = f"/orders/{order.pk}/shipments/new/", fields
        page = browser.get(path).content.decode()
        assert f'name="{a}" value="10"' in page
        assert f'name="{b}" value="5"' in page
        assert page.count("open</div>") == 2
        browser.post(path, {"number": "S-1", "shipped_on": "2026-03-20", a: "4", b: "0"})
        page = browser.get(order.get_absolute_url()).content.decode()
        for words in ("4 on 20 Mar", "6 open", "10 days late", "5 open", "S-1"):
            assert words in page
        browser.post(path, {"number": "S-2", "shipped_on": "2026-03-24", a: "6", b: "5"})
        order.refresh_from_db()
        assert order.status == "shipped"
        page = browser.get(order.get_absolute_url()).content.decode()
        assert "10 on 24 Mar" in page
        assert not re.search(r"\d open</span>", page)
        assert "Nothing is open" in browser.get(path).content.decode()

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"a": "11"}, "Only 10 are open. If more left, correct the order first."),
            ({"a": "0", "b": "0"}, "Nothing of it left?"),
            ({"shipped_on": "2026-03-26"}, "This day is still to come"),
            ({"number": "S-0"}, "Another shipment of this order has this number."),
            ({"a": "-1"}, "greater than or equal to 0"),
        ],
    )
    def test_what_is_wrong_is_said(self, browser, order, fields, typed, words):
        Shipment.objects.create(order=order, number="S-0", shipped_on="2026-03-01")
        typed = {"number": "S-1", "shipped_on": "2026-03-20", "a": "1", "b": "1"} | typed
        data = {dict(zip("ab", fields, strict=True)).get(name, name): value for name, value in typed.items()}
        response = browser.post(f"/orders/{order.pk}/shipments/new/", data)
        assert response.status_code == 422
        assert words in response.content.decode()
        assert not ShipmentLine.objects.exists()

    def test_a_shipment_is_corrected(self, browser, order, fields):
        a, b = fields
        browser.post(f"/orders/{order.pk}/shipments/new/", {"shipped_on": "2026-03-20", a: "4,5", b: ""})
        shipment = Shipment.objects.get()
        page = browser.get(f"/shipments/{shipment.pk}/edit/").content.decode()
        assert f'type="text" name="{a}" value="4.5"' in page
        assert "10 " in page
        browser.post(f"/shipments/{shipment.pk}/edit/", {"shipped_on": "2026-03-21", a: "9", b: "1"})
        assert set(ShipmentLine.objects.values_list("quantity", flat=True)) == {9, 1}

    def test_what_has_left_cannot_be_removed_from_the_order(self, browser, order, fields):
        browser.post(f"/orders/{order.pk}/shipments/new/", {"shipped_on": "2026-03-20", fields[0]: "4"})
        sent, lines = shown(order)
        lines[0]["DELETE"] = "on"
        page = browser.post(f"/orders/{order.pk}/edit/", sent | rows(*lines, initial=3)).content.decode()
        assert "A has been shipped and cannot be removed" in page
        lines[0] = lines[0] | {"quantity": "3"}
        del lines[0]["DELETE"]
        page = browser.post(f"/orders/{order.pk}/edit/", sent | rows(*lines, initial=3)).content.decode()
        assert "4 have left already." in page
        assert order.lines.count() == 3

    def test_an_order_that_came_in_as_invoiced_has_nothing_open(self, browser, customer):
        order = make_order(customer, status="invoiced")
        page = browser.get(order.get_absolute_url()).content.decode()
        assert not re.search(r"\d open</span>", page)


@pytest.mark.both
@pytest.mark.django_db(transaction=True)
def test_who_ships_while_the_order_is_being_changed_is_told_what_it_is_now(
    client_for, owner, customer, product, monkeypatch
):
    order = make_order(customer, lines=[("AUR-400", 10, "12.50")])
    line = order.lines.get()
    colleague, answers = client_for(owner), []

    def ship():
        data = {"shipped_on": "2026-03-20", f"line-{line.pk}": "8"}
        answers.append(colleague.post(f"/orders/{order.pk}/shipments/new/", data).status_code)
        connection.close()

    shipping = threading.Thread(target=ship)

    def write_meanwhile(*args):
        shipping.start()
        shipping.join(0.5)  # long enough where nothing holds him up
        write_order(*args)

    monkeypatch.setattr("crm.forms.orders.write_order", write_meanwhile)
    fields, lines = shown(order)
    lines[0]["quantity"] = "5"
    response = client_for(owner).post(f"/orders/{order.pk}/edit/", fields | rows(*lines, initial=1))
    shipping.join()
    assert (response.status_code, answers) == (302, [422])
    assert order.lines.get().quantity == 5
    assert not ShipmentLine.objects.exists()


def test_forms_ask_as_often_for_many_lines_as_for_few(browser, customer):
    counts = []
    for size in (2, 30):
        order = make_order(customer, lines=[(f"S{n}", 1, "1") for n in range(size)])
        for path in (
            f"/orders/{order.pk}/edit/",
            f"/orders/{order.pk}/shipments/new/",
            f"/orders/{order.pk}/",
        ):
            browser.get(path)
            with CaptureQueriesContext(connection) as queries:
                browser.get(path)
            counts.append(len(queries))
    assert counts[:3] == counts[3:]


def test_colleagues_neither_enter_nor_change(client_for, customer, product, mate, stranger, manager):
    order = make_order(customer)
    paths = [new(customer), f"/orders/{order.pk}/edit/", f"/orders/{order.pk}/cancel/",
             f"/orders/{order.pk}/shipments/new/", f"/order-lines/{order.lines.get().pk}/learn/"]  # fmt: skip
    for other in (mate, stranger):
        for path in paths:
            assert (
                client_for(other).post(path, head(number="X") | rows({}) | {"cancel": 1}).status_code == 404
            )
    assert Order.objects.count() == 1
    client_for(manager).post(new(customer), head(number="X") | rows({}))
    assert Order.objects.count() == 2
