"""What every kind of file must do, and the lists of customers and of products."""

import pytest
from django.db import connection

from accounts.models import User
from crm.importing.digest import digest
from crm.importing.errors import ImportRefused
from crm.importing.kinds.registry import allowed, kinds, likely
from crm.models import Assignment, Customer, ImportRun, Product
from tests.crm.importing.conftest import counts
from tests.factories import make_customer, make_product, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def reasons(run):
    return list(run.rows.filter(level="rejected").values_list("number", "reason"))


CUSTOMERS = (
    "Customer code;Customer name;Country;City;Currency;FY start;Time zone\n"
    "K1;Nordlys AS;Norway;Oslo;NOK;April;\n"
    "K2;Fjell & Fritid;NO;Bergen;;7;Europe/Oslo\n"
)


@pytest.mark.both
def test_customers_arrive_once_and_go_again(bring_file, take_back, owner):
    before = digest()
    run = bring_file("customers", CUSTOMERS)
    assert counts(run) == (2, 0, 0, 0)
    first, second = Customer.objects.order_by("code")
    assert (first.name, first.country, first.city, first.currency) == ("Nordlys AS", "NO", "Oslo", "NOK")
    assert (first.fiscal_year_start, first.time_zone, first.owner) == (4, "Europe/Oslo", owner)
    assert (second.currency, second.fiscal_year_start) == ("EUR", 7)
    assert Assignment.objects.filter(rep=owner, to_on=None).count() == 2
    for _again in range(2):
        again = bring_file("customers", CUSTOMERS)
        assert counts(again) == (0, 0, 2, 0)
    take_back(run)
    assert digest() == before


def test_the_order_of_rows_says_nothing(bring_file):
    header, *rows = (CUSTOMERS + "K1;Nordlys AS;Norway;Bergen;NOK;April;\n").splitlines()
    bring_file("customers", "\n".join([header, *rows]))
    city = Customer.objects.get(code="K1").city
    assert counts(bring_file("customers", "\n".join([header, *reversed(rows)]))) == (0, 0, 3, 0)
    assert Customer.objects.get(code="K1").city == city


@pytest.mark.both
def test_a_change_is_written_shown_and_taken_back(bring_file, take_back):
    bring_file("customers", CUSTOMERS)
    before = digest()
    run = bring_file("customers", CUSTOMERS.replace("Oslo;NOK", "Drammen;NOK"))
    assert counts(run) == (0, 1, 1, 0)
    assert Customer.objects.get(code="K1").city == "Drammen"
    assert run.summary["changes"]["customer"] == [
        {"row": "Nordlys AS", "fields": [["city", "Oslo", "Drammen"]]}
    ]
    take_back(run)
    assert digest() == before


def test_what_a_person_corrected_stays(bring_file):
    bring_file("customers", CUSTOMERS)
    customer = Customer.objects.get(code="K1")
    customer.city = "Lillehammer"
    customer.save()
    run = bring_file("customers", CUSTOMERS.replace("Oslo;NOK", "Drammen;NOK"))
    customer.refresh_from_db()
    assert customer.city == "Lillehammer"
    assert [row.reason for row in run.rows.all()] == ["edited_since"]


def test_taking_back_spares_who_was_edited_since(bring_file, take_back):
    run = bring_file("customers", CUSTOMERS)
    customer = Customer.objects.get(code="K1")
    customer.city = "Lillehammer"
    customer.save()
    with pytest.raises(ImportRefused):
        take_back(run)
    assert Customer.objects.count() == 2
    run.refresh_from_db()
    assert run.summary["stays"] == [{"model": "customer", "name": "Nordlys AS", "why": "edited"}]
    run.options["undo_rest"] = True
    run.save()
    take_back(run)
    assert list(Customer.objects.values_list("code", flat=True)) == ["K1"]


def test_a_preview_changes_nothing_and_says_the_same(bring_file):
    before = digest()
    tried = bring_file("customers", CUSTOMERS, dry_run=True)
    assert digest() == before
    assert tried.state == ImportRun.State.PREVIEWED
    assert counts(tried) == counts(bring_file("customers", CUSTOMERS))


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        (";;Norway;;;;", "no_customer"),
        ("K9;Name;Atlantis;;;;", "no_such_country"),
        ("K9;Name;Norway;;XXZ;;", "bad_currency"),
        ("K9;Name;Norway;;;13;", "no_such_month"),
        ("K9;Name;Norway;;;①;", "no_such_month"),
        ("K9;Name;Norway;;;;Mars/Base", "no_such_zone"),
        (f"K9;{'x' * 201};Norway;;;;", "too_long"),
    ],
)
def test_a_bad_customer_is_named_and_the_others_arrive(bring_file, row, reason):
    run = bring_file("customers", CUSTOMERS + row + "\n")
    assert counts(run) == (2, 0, 0, 1)
    assert reasons(run) == [(4, reason)]


def test_a_colleagues_customer_is_not_touched(bring_file, owner):
    other = make_user(email="other@example.com")
    make_customer(owner=other, code="K1", name="Secret AS")
    run = bring_file("customers", CUSTOMERS)
    assert reasons(run) == [(2, "not_yours")]
    assert "Secret" not in str(run.summary)
    assert Customer.objects.get(code="K1").name == "Secret AS"


def test_new_customers_belong_to_whom_the_file_names(bring_file):
    admin = make_user(email="admin@example.com", role=User.Role.ADMIN)
    rep = make_user(email="rita@example.com", name="Rita")
    text = "Code;Name;Sales rep\nK1;One;rita@example.com\nK2;Two;RITA\nK3;Three;Nobody\n"
    run = bring_file("customers", text, user=admin, owner=None)
    assert reasons(run) == [(4, "no_such_rep")]
    assert set(Customer.objects.values_list("owner", flat=True)) == {rep.pk}


PRODUCTS = "Item code,Item name,Group,UOM,Pack size,Type\nA1,Lamp,Light,pcs,12,\nFREIGHT,Freight,,,,\n"


@pytest.mark.both
def test_products_arrive_once_and_go_again(bring_file, take_back):
    before = digest()
    run = bring_file("products", PRODUCTS)
    assert counts(run) == (2, 0, 0, 0)
    lamp, freight = Product.objects.order_by("sku")
    assert (lamp.name, lamp.category, lamp.unit, lamp.pack_size, lamp.kind) == (
        "Lamp",
        "Light",
        "pcs",
        12,
        "goods",
    )
    assert freight.kind == "service"
    assert counts(bring_file("products", PRODUCTS)) == (0, 0, 2, 0)
    take_back(run)
    assert digest() == before


def test_a_rep_adds_products_and_does_not_change_them(bring_file, owner):
    make_product(sku="A1", name="Head lamp")
    run = bring_file("products", PRODUCTS)
    assert counts(run) == (1, 0, 1, 0)
    assert Product.objects.get(sku="A1").name == "Head lamp"
    assert [row.reason for row in run.rows.all()] == ["catalogue_kept"]


def test_a_manager_changes_products(bring_file, team):
    manager = make_user(email="boss@example.com", role=User.Role.MANAGER, team=team)
    bring_file("products", PRODUCTS, user=manager)
    run = bring_file("products", PRODUCTS.replace("Light", "Lighting"), user=manager)
    assert counts(run) == (0, 1, 1, 0)
    assert Product.objects.get(sku="A1").category == "Lighting"


@pytest.mark.parametrize(
    ("header", "kind"),
    [
        ("Order no;Order date;Customer;SKU;Quantity;Price", "orders"),
        ("전표번호;일자;거래처;품번;품명;수량(EA);단가", "orders"),
        ("거래처코드;거래처명;국가;도시", "customers"),
        ("Customer ID;Name;Country;City;Currency", "customers"),
        ("품번;품명;단위;단가", "products"),
        ("Item code;Item name;Item group;UOM;Price;Currency;Cost", "products"),
    ],
)
def test_a_file_is_known_by_its_headers(owner, header, kind):
    assert likely(header.split(";"), owner).name == kind


def test_every_kind_can_be_told_and_shown(owner):
    for kind in kinds().values():
        assert kind.label
        assert kind.says
        assert kind.fields
        assert kind.missing(set())
    assert {kind.name for kind in allowed(owner)} <= set(kinds())


def test_names_are_found_out_before_the_write_lock_is_taken(bring_file, monkeypatch):
    """A long list takes as long for that as for the writing, and nobody waits for it."""
    customers, held = kinds()["customers"], []
    resolve = customers.resolve
    monkeypatch.setattr(
        customers, "resolve", lambda *asked: held.append(list(connection.savepoint_ids)) or resolve(*asked)
    )
    outside = list(connection.savepoint_ids)
    bring_file("customers", CUSTOMERS)
    assert held == [outside]


def test_what_is_too_long_for_one_short_transaction_is_refused(bring_file, monkeypatch):
    monkeypatch.setattr(kinds()["customers"], "most_rows", 1)
    with pytest.raises(ImportRefused, match="has 2 rows; of this kind 1 can be read at once"):
        bring_file("customers", CUSTOMERS)
    assert not Customer.objects.exists()


def test_without_a_country_the_only_one_of_that_name_is_meant(bring_file, owner):
    known = make_customer(owner=owner, name="Karhunpolku Oy", country="FI")
    header = "Order no;Order date;Customer;SKU;Quantity;Price\n"
    run = bring_file("orders", header + "A1;2026-03-01;Karhunpolku Oy;X1;3;5\n")
    assert counts(run) == (1, 0, 0, 0)
    assert known.orders.count() == 1


def test_of_two_of_one_name_none_is_meant_without_a_country(bring_file, owner):
    known = [make_customer(owner=owner, name="Karhunpolku Oy", country=country) for country in ("FI", "SE")]
    bring_file(
        "orders", "Order no;Order date;Customer;SKU;Quantity;Price\nA1;2026-03-01;Karhunpolku Oy;X1;3;5\n"
    )
    assert not any(customer.orders.exists() for customer in known)


def test_a_new_customer_named_like_another_is_pointed_out(bring_file, owner):
    make_customer(owner=owner, name="Bergfink Handels GmbH", country="AT")
    run = bring_file("customers", "Code;Name;Country\nX-77;Bergfink Handels GmbH.;Austria\n")
    assert counts(run) == (1, 0, 0, 0)
    assert [row.reason for row in run.rows.all()] == ["namesake"]
