"""Products: who buys them, how it goes, why; of customers the reader sees."""

import csv
import io
import re
from datetime import date, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from analytics import products
from analytics.refresh import refresh_stale
from crm.models import CustomerItem, OrderLine, Product, ProductSuccession
from tests.factories import make_customer, make_order, make_product, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TODAY = date(2026, 3, 24)


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel("2026-03-24 09:00Z", tick=False):
        yield


@pytest.fixture
def product():
    return make_product("AUR-400", name="Aurora 400 headlamp", unit="pcs", category="Light", pack_size=20)


@pytest.fixture
def page(client_for, owner, product):
    def page(user=owner, **query):
        response = client_for(user).get(f"/products/{product.pk}/", query)
        assert response.status_code == 200
        return response.content.decode()

    return page


def words(page):
    return " ".join(re.sub(r"<svg.*?</svg>|<[^>]*>", " ", page, flags=re.DOTALL).split())


def ago(days):
    return TODAY - timedelta(days=days)


@pytest.mark.both
def test_who_buys_it_in_twelve_months_and_the_twelve_before(customer, owner, product, page):
    other = make_customer("Bergen Import", owner=owner, currency="NOK")
    make_order(customer, ago(10), [("AUR-400", 60, "12.50"), ("B", 1, "1")])
    make_order(customer, ago(200), [("AUR-400", 60, "12.00")], currency="USD")
    make_order(customer, ago(20), [("AUR-400", -10, "12.50")], kind="return")
    make_order(customer, ago(400), [("AUR-400", 100, "11")])
    make_order(other, ago(500), [("AUR-400", 40, "150")])
    make_order(other, ago(5), [("AUR-400", 999, "1")], status="cancelled")
    first, second = products.buyers(owner, product, TODAY)
    assert (first.name, first.quantity, first.before) == ("Fjord Handel AS", 110, 100)
    assert sorted(first.amounts) == [("EUR", Decimal(625)), ("USD", Decimal(720))]
    assert (first.last_on, second.name, second.stopped) == (ago(10), "Bergen Import", True)
    text = words(page())
    for said in (
        "Ordered in 12 months 110 pcs", "In the 12 before 140 pcs", "1 customer", "1 of the year before no longer does",
        "20 in a carton", "110 pcs +10 %", "EUR 625.00", "USD 720.00", "0 pcs no longer", "14 Mar",
    ):  # fmt: skip
        assert said in text


def test_only_what_the_reader_may_see_counts(customer, owner, product, page, stranger, manager, admin):
    make_order(customer, ago(10), [("AUR-400", 60, "12.50")])
    CustomerItem.objects.create(customer=customer, product=product, remark="For the rental tents")
    make_order(make_customer("Iberia Import SL", owner=stranger), ago(10), [("AUR-400", 7, "9")])
    assert "67 pcs" in page(admin)
    for user, sees in ((owner, True), (manager, True), (stranger, False)):
        shown = page(user)
        assert ("Fjord" in shown) is ("rental tents" in shown) is ("60 pcs" in shown) is sees
        assert ("Iberia" in shown) is (not sees)


@pytest.mark.both
def test_the_months_add_up_and_have_a_table_behind_them(customer, owner, product, page):
    make_order(customer, date(2026, 3, 1), [("AUR-400", 5, "1")])
    make_order(customer, date(2026, 2, 28), [("AUR-400", 7, "1"), ("AUR-400", 1, "1")])
    make_order(customer, date(2023, 4, 1), [("AUR-400", 3, "1")])
    make_order(customer, date(2023, 3, 31), [("AUR-400", 100, "1")])
    labels, values = products.by_month(owner, product, TODAY)
    assert (len(labels), labels[0], labels[-1]) == (36, "2023-04", "2026-03")
    assert (values[0], values[-2], values[-1], sum(values)) == (3, 8, 5, 16)
    text = words(page())
    assert "Mar 2026 5 Feb 2026 8 Jan 2026 0" in text
    assert "product-figure" in page()


def test_quantities_in_another_unit_are_left_out_and_that_is_said(customer, owner, product, page):
    order = make_order(customer, ago(10), [("AUR-400", 60, "12"), ("AUR-400", 3, "240")])
    OrderLine.objects.filter(quantity=3).update(unit="box")
    assert products.buyers(owner, product, TODAY)[0].quantity == 60
    assert "1 line in another unit than pcs is left out of quantities." in page()
    assert "EUR 1,440.00" in page()
    assert order.pk


def test_rhythm_and_next_purchase_come_from_the_stored_answer(customer, product, page):
    for back in range(12):
        make_order(customer, ago(10 + 30 * back), [("AUR-400", 60, "12.50")])
    refresh_stale()
    text = words(page())
    assert "13 Apr monthly" in text


def test_last_prices_say_since_when(customer, product, page):
    for days, price in ((400, "10"), (300, "11"), (200, "11"), (100, "12"), (10, "12.5")):
        make_order(customer, ago(days), [("AUR-400", 60, price)])
    make_order(customer, ago(5), [("AUR-400", -1, "99")])
    text = words(page())
    assert "EUR 12.50 since 14 Mar EUR 12.00 since 14 Dec EUR 11.00 since 28 May 2025" in text
    assert "EUR 10 since" not in text  # three are enough
    assert "EUR 99" not in text


def test_successors_are_linked_both_ways(client_for, owner, product, page):
    new = make_product("AUR-500", name="Aurora 500")
    ProductSuccession.objects.create(old=product, new=new, from_on=date(2026, 1, 1))
    assert "replaced by Aurora 500 since 1 Jan 2026" in words(page())
    text = client_for(owner).get(f"/products/{new.pk}/").content.decode()
    assert "replaces Aurora 400 headlamp since 1 Jan 2026" in words(text)


class TestRemarks:
    def path(self, customer, product):
        return f"/customers/{customer.pk}/items/{product.pk}/"

    def test_why_he_buys_it_is_written_in_place(self, client_for, customer, owner, product, page):
        make_order(customer, ago(10), [("AUR-400", 60, "12.50")])
        assert "Say why" in page()
        client, path = client_for(owner), self.path(customer, product)
        form = client.get(path, headers={"HX-Request": "true"}).content.decode()
        assert form.lstrip().startswith("<form")
        sent = {"remark": "Two into every rental tent", "said_by": "Ingrid"}
        saved = client.post(path, sent, headers={"HX-Request": "true"}).content.decode()
        assert "said by Ingrid" in saved
        assert "<html" not in saved
        assert "Two into every rental tent" in page()
        assert client.post(path, sent | {"remark": "Three"}).status_code == 302
        item = CustomerItem.objects.get()
        assert item.remark == "Three"
        assert item.history.count() == 2

    def test_without_scripts_it_is_a_page(self, client_for, customer, owner, product):
        client, path = client_for(owner), self.path(customer, product)
        assert "<html" in client.get(path).content.decode()
        assert client.post(path, {"remark": "x", "said_by": "y" * 151}).status_code == 422
        assert client.post(path, {"remark": "", "said_by": ""}).status_code == 302
        assert not CustomerItem.objects.exists()

    def test_not_of_somebody_elses_customer(self, client_for, customer, stranger, product):
        assert client_for(stranger).post(self.path(customer, product), {"remark": "x"}).status_code == 404


class TestList:
    @pytest.fixture
    def rows(self, client_for, owner, product, customer):
        make_product("TAP-05", name="Repair tape", category="Repair", is_active=False)
        make_product("FRT", name="Freight", kind="service")
        make_order(customer, ago(10), [("AUR-400", 60, "12.50")])
        make_order(customer, ago(500), [("TAP-05", 5, "3")])

        def rows(user=owner, **query):
            response = client_for(user).get("/products/", query)
            return re.findall(r'<a href="/products/\d+/">([\w-]+)', response.content.decode())

        return rows

    def test_search_and_filters(self, rows):
        assert rows() == ["AUR-400", "FRT", "TAP-05"]
        assert rows(q="headlamp") == rows(q="aur") == rows(category="Light") == ["AUR-400"]
        assert rows(active="no") == ["TAP-05"]
        assert rows(active="yes", sort="-sku") == ["FRT", "AUR-400"]
        assert rows(q="nothing") == []

    def test_figures_of_visible_customers(self, rows, client_for, owner, stranger):
        text = words(client_for(owner).get("/products/").content.decode())
        assert "AUR-400 Aurora 400 headlamp Light goods 1 60 pcs 14 Mar" in text
        assert "TAP-05 no longer sold Repair tape Repair goods 0 0" in text
        text = words(client_for(stranger).get("/products/").content.decode())
        assert "AUR-400 Aurora 400 headlamp Light goods 0 0 pcs –" in text

    def test_the_export_has_every_row_of_the_list(self, rows, client_for, owner, monkeypatch):
        monkeypatch.setattr("analytics.views.products.CHUNK", 2)
        make_product("=1+1", name="-5")
        response = client_for(owner).get("/products/", {"format": "csv"})
        found = list(csv.DictReader(io.StringIO(b"".join(response.streaming_content).decode("utf-8-sig"))))
        assert [row["SKU"] for row in found] == ["'=1+1", "AUR-400", "FRT", "TAP-05"]
        assert found[0]["Name"] == "'-5"
        assert (found[1]["Quantity, 12 months"], found[1]["Customers, 12 months"]) == ("60.000", "1")
        assert (found[3]["Active"], found[3]["Last ordered"]) == ("no", ago(500).isoformat())

    def test_an_empty_catalogue_says_what_to_do(self, client_for, db):
        page = client_for(make_user()).get("/products/").content.decode()
        assert "No products yet" in page


class TestEntering:
    FIELDS = {"sku": "TAP-05", "name": "Repair tape", "category": "Repair", "kind": "goods", "unit": "pcs"}
    NONE = {"successors-TOTAL_FORMS": 0, "successors-INITIAL_FORMS": 0}

    def test_a_rep_adds_and_a_manager_corrects(self, client_for, owner, manager):
        client_for(owner).post("/products/new/", self.FIELDS)
        product = Product.objects.get()
        path = f"/products/{product.pk}/edit/"
        assert client_for(owner).get(path).status_code == 403
        assert client_for(owner).post(f"/products/{product.pk}/archive/", {"active": 0}).status_code == 403
        client_for(manager).post(path, self.FIELDS | self.NONE | {"name": "Repair tape 5 m", "pack_size": 20})
        product.refresh_from_db()
        assert (product.name, product.pack_size) == ("Repair tape 5 m", 20)
        assert product.history.first().history_user == manager

    def test_a_sku_is_taken_once_whatever_its_case(self, client_for, owner, product):
        page = client_for(owner).post("/products/new/", self.FIELDS | {"sku": "aur-400", "name": "Kept"})
        assert page.status_code == 422
        assert "Aurora 400 headlamp has this SKU already." in page.content.decode()
        assert 'value="Kept"' in page.content.decode()

    @pytest.mark.parametrize(
        ("typed", "words"),
        [
            ({"sku": "\u200b"}, "Write its SKU: what your ERP knows it by."),
            ({"pack_size": "a dozen"}, "Write a whole number, like 12, or leave it empty."),
            ({"pack_size": "12,5"}, "Write a whole number, like 12, or leave it empty."),
            ({"pack_size": "-12"}, "Write a whole number, like 12, or leave it empty."),
            ({"pack_size": "9" * 30}, "Write a whole number, like 12, or leave it empty."),
        ],
    )
    def test_what_is_wrong_is_said_in_words(self, client_for, owner, typed, words):
        page = client_for(owner).post("/products/new/", self.FIELDS | typed)
        assert page.status_code == 422
        assert words in page.content.decode()
        assert not Product.objects.exists()

    def test_a_name_in_which_nothing_can_be_seen_is_none(self, client_for, owner):
        client_for(owner).post("/products/new/", self.FIELDS | {"name": "\u3164\u200b"})
        assert str(Product.objects.get()) == "TAP-05"

    def test_no_longer_sold_and_sold_again(self, client_for, manager, product):
        path = f"/products/{product.pk}/archive/"
        page = client_for(manager).post(path, {"active": 0}, follow=True).content.decode()
        assert "is no longer sold." in page
        assert "Undo" in page
        client_for(manager).post(path, {"active": 1})
        product.refresh_from_db()
        assert product.is_active

    def test_successors_are_named_by_sku(self, client_for, manager, product):
        make_product("AUR-500")
        path, client = f"/products/{product.pk}/edit/", client_for(manager)
        row = {
            "successors-TOTAL_FORMS": 1,
            "successors-INITIAL_FORMS": 0,
            "successors-0-from_on": "2026-01-01",
        }
        fields = self.FIELDS | {"sku": "AUR-400"} | row
        for sku, words_of_it in (("AUR-9", "There is no product"), ("AUR-400", "does not replace itself")):
            page = client.post(path, fields | {"successors-0-successor": sku})
            assert (page.status_code, words_of_it in page.content.decode()) == (422, True)
        client.post(path, fields | {"successors-0-successor": "aur-500"})
        link = ProductSuccession.objects.get()
        assert (link.old, link.new.sku, link.from_on) == (product, "AUR-500", date(2026, 1, 1))
        page = client.get(path).content.decode()
        assert 'value="AUR-500"' in page
        row = {"successors-TOTAL_FORMS": 1, "successors-INITIAL_FORMS": 1, "successors-0-id": link.pk,
               "successors-0-successor": "AUR-500", "successors-0-DELETE": "on"}  # fmt: skip
        client.post(path, self.FIELDS | {"sku": "AUR-400"} | row)
        assert not ProductSuccession.objects.exists()


def test_pages_ask_as_often_for_many_as_for_few(client_for, owner, product):
    client, counts = client_for(owner), []
    for size in (3, 20):
        for n in range(size):
            customer = make_customer(f"C{size}-{n}", owner=owner)
            make_order(customer, ago(10), [("AUR-400", 60, "12.50"), (f"S{size}-{n}", 1, "1")])
            CustomerItem.objects.create(customer=customer, product=product, remark="why")
        refresh_stale()
        for path in ("/products/", f"/products/{product.pk}/"):
            with CaptureQueriesContext(connection) as queries:
                client.get(path)
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 14
