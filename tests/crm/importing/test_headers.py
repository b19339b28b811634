"""What headers mean, in the languages of those who export."""

import pytest

from crm.importing.cancelled import is_cancelled
from crm.importing.items import recognise
from crm.importing.kinds.registry import kind_of, likely

GERMAN = {
    "orders": "Kundennummer;Name 1;Land;Ort;Auftrag;Position;Auftragsdatum;"
    "Materialnummer;Bezeichnung;Menge;Einheit;Preis;Betrag;Währung;Lieferdatum",
    "customers": "Debitor;Name 1;Land;Ort;Währung",
    "products": "Material;Materialkurztext;Warengruppe;Basismengeneinheit",
    "people": "Vorname;Nachname;Firma;Telefon;Handy;E-Mail;Geburtsdatum",
    "shipments": "Lieferung;Verkaufsbeleg;Position;Material;Liefermenge;Warenausgangsdatum",
}  # fmt: skip


@pytest.mark.django_db
@pytest.mark.parametrize("name", GERMAN)
def test_german_lists_are_known_as_what_they_are(owner, name):
    header = GERMAN[name].split(";")
    kind = likely(header, owner)
    assert kind.name == name
    assert not [word for word in header if not kind.field_of(word)]


def test_of_several_states_the_one_of_the_order_is_meant():
    needed = ["Order no", "Date", "Customer", "SKU", "Qty", "Price"]
    assert recognise([*needed, "Status", "Order status"])["status"] == 7
    assert recognise([*needed, "Order status", "Status"])["status"] == 6


@pytest.mark.parametrize(
    ("state", "called_off"),
    [
        ("Cancelled by customer", True), ("주문취소", True), ("annulé", True), ("anulado", True), ("已取消", True),
        ("VOID", True), ("Storniert", True), ("", False), ("avoided", False), ("부분취소", False),
        ("Not cancelled", False), ("cancellation requested", False), ("invoiced", False), ("Cancellable", False),
        ("nicht storniert", False), ("kein Storno", False), ("stornierbar", False), ("Teil-storniert", False),
        ("미취소", False), ("취소 안됨", False), ("취소신청", False), ("취소 불가", False), ("未取消", False),
        ("non annulé", False), ("no anulado", False), ("partially cancelled", False), ("pending cancellation", False),
        ("Cancelled by partner", True), ("Storniert (Partner)", True), ("Cancelled - not paid", True),
        ("Cancelled at customer's request", True), ("Storno", True), ("취소됨", True), ("キャンセル済", True),
    ],
)  # fmt: skip
def test_what_is_called_off(state, called_off):
    assert is_cancelled(state) is called_off


@pytest.mark.parametrize(
    ("header", "code", "name"),
    [
        ("Customer;Customer name", 0, 1),
        ("Name 1;Kunde", 1, 0),
        ("거래처명;거래처", 1, 0),
        ("Customer;Customer no", 1, 0),
        ("Kunde", None, 0),
    ],
)
def test_beside_a_name_the_customer_is_his_number(header, code, name):
    rest = ["Order no", "Date", "SKU", "Qty", "Price"]
    found = recognise([*header.split(";"), *rest])
    assert (found.get("customer_code"), found["customer_name"]) == (code, name)


def test_short_german_words_are_not_found_inside_english_ones():
    orders, people = kind_of("orders"), kind_of("people")
    assert orders.part_of("Landed cost (EUR)") == "unit_cost"
    assert orders.part_of("Confirmation date") == "ordered_on"
    assert people.part_of("Confirmation") is None
