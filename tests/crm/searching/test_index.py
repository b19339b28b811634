"""The index says what the rows say, whoever writes them."""

import pytest
from django.core.management import call_command
from django.db import connection
from django.urls import reverse
from django.utils import timezone

from accounts.access import visible
from config.jobs import REBUILD_SEARCH, SCHEDULES
from crm.models import ContactPoint, Customer, Employment, Note, Person, Product, Promise, SearchDocument
from crm.searching import index
from crm.searching.query import MODELS, matching
from tests.crm.importing.conftest import bring  # noqa: F401
from tests.factories import make_customer, make_note, make_person, make_product

pytestmark = pytest.mark.django_db


def found(kind, typed):
    return list(MODELS[kind].objects.filter(matching(kind, typed)))


def documents():
    return {
        (row["customer"], row["person"], row["note"], row["product"]): (
            row["key"],
            row["title"],
            row["text"],
            row["grams"],
        )
        for row in SearchDocument.objects.values()
        for row in [{name.removesuffix("_id"): value for name, value in row.items()}]
    }


def test_a_row_is_found_as_soon_as_it_is_saved_and_by_what_it_says_now(customer):
    assert found("customer", "fjord") == [customer]
    customer.name = "Nordlys AS"
    customer.save()
    assert found("customer", "fjord") == []
    assert found("customer", "nordlys") == [customer]


def test_a_person_is_found_by_his_addresses_until_they_are_taken_away(customer):
    person = make_person(customer)
    address = ContactPoint.objects.create(person=person, kind="email", value="boss@fjord.example")
    assert found("person", "boss@") == [person]
    address.value = "chief@fjord.example"
    address.save()
    assert found("person", "boss@") == []
    address.delete()
    assert found("person", "chief@") == []


def test_a_person_is_found_by_where_he_works_now(customer):
    person = make_person(customer)
    assert found("person", "fjord") == [person]
    customer.name = "Nordlys AS"
    customer.save()
    assert found("person", "nordlys") == [person]
    job = person.employments.get()
    job.to_on = "2026-01-31"
    job.save()
    assert found("person", "nordlys") == []


def test_a_person_is_no_longer_found_by_a_customer_that_is_gone(customer):
    make_person(customer)
    customer.delete()
    assert found("person", "fjord") == []
    assert Person.objects.exists()


def test_a_note_is_found_by_what_was_promised(note):
    promise = Promise.objects.create(note=note, text="Send the brochure")
    assert found("note", "brochure") == [note]
    promise.delete()
    assert found("note", "brochure") == []


def test_a_save_of_other_fields_alone_costs_nothing(note, django_assert_num_queries):
    note.pinned = True
    with django_assert_num_queries(4):  # savepoint, update, its history, release
        note.save(update_fields=["pinned"])


def test_who_is_gone_leaves_no_words_behind(customer):
    """Whichever way he goes: alone, in a set, or because what he hangs on went."""
    make_person(customer)
    make_note(customer)
    make_product()
    Person.objects.all().delete()
    Product.objects.get().delete()
    assert SearchDocument.objects.count() == 2
    Customer.objects.all().delete()
    assert not SearchDocument.objects.exists()
    if connection.vendor == "sqlite":
        with connection.cursor() as cursor:
            cursor.execute("INSERT INTO crm_searchgrams(crm_searchgrams, rank) VALUES ('integrity-check', 1)")


def test_a_note_in_the_trash_is_not_found_and_is_again_when_it_comes_back(note, owner):
    def seen():
        return visible(owner, Note.objects).filter(matching("note", "price")).exists()

    assert seen()
    Note.objects.update(deleted_at=timezone.now())
    assert not seen()
    Note.objects.update(deleted_at=None)
    assert seen()


def test_an_import_makes_and_changes_what_is_found(bring, owner, django_capture_on_commit_callbacks):  # noqa: F811
    def read(rows):
        with django_capture_on_commit_callbacks(execute=True):
            bring(rows)

    read([("A1", "2026-03-01", "TENT-2", 5, "10.50", "K77")])
    (customer,) = found("customer", "k77")
    assert [product.name for product in found("product", "tent2")] == ["Product TENT-2"]
    person = make_person(customer, owner=owner)
    read([["A1", "2026-03-01", "K77", "Étoile SARL", "France", "TENT-2", "Zelt", 5, "10.50"]])
    assert found("person", "etoile") == [person]
    assert found("customer", "etoile") == [customer]
    assert found("customer", "프랑스") == [customer]
    assert [product.name for product in found("product", "zelt")] == ["Zelt"]


def test_the_admins_forms_refresh_it(client_for, admin, customer):
    product = make_product("AUR-400")
    client_for(admin).post(
        reverse("admin:crm_product_change", args=[product.pk]),
        {"sku": "AUR-400", "name": "Stirnlampe", "kind": "goods", "is_active": "on"},
    )
    assert found("product", "stirnlampe") == [product]


def test_rebuilding_mends_what_was_written_past_the_models(customer, capsys):
    person, note = make_person(customer), make_note(customer)
    Promise.objects.create(note=note, text="Samples")
    ContactPoint.objects.create(person=person, kind="phone", value="+47 912 34 567")
    fresh = documents()
    SearchDocument.objects.filter(person=person).delete()
    SearchDocument.objects.filter(note=note).update(text=" wrong", grams="note")
    call_command("rebuild_search")
    assert capsys.readouterr().out == "2 search documents written.\n"
    assert documents() == fresh
    assert found("note", "samples") == [note]
    call_command("rebuild_search")
    assert capsys.readouterr().out == "0 search documents written.\n"


def test_it_is_rebuilt_every_night():
    assert ("search", REBUILD_SEARCH, 24 * 60) in SCHEDULES


@pytest.mark.once
def test_rebuilding_asks_as_often_for_many_as_for_few(owner, django_assert_max_num_queries):
    for n in range(30):
        customer = make_customer(owner=owner)
        make_note(customer, text=f"note {n}")
        person = make_person(customer)
        Employment.objects.create(person=person, customer=make_customer(owner=owner))
    SearchDocument.objects.all().delete()
    with django_assert_max_num_queries(45):
        assert index.rebuild() == 60 + 30 + 30


def test_the_databases_own_index_is_there():
    """A migration that has SQLite remake crm_searchdocument drops the triggers, and must make them again."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(
                "SELECT name FROM sqlite_master WHERE type = 'trigger' AND tbl_name = 'crm_searchdocument'"
            )
            wanted = {f"crm_searchgrams_{event}" for event in ("insert", "update", "delete")}
        else:
            cursor.execute("SELECT indexname FROM pg_indexes WHERE indexname = 'crm_searchgrams'")
            wanted = {"crm_searchgrams"}
        assert {name for (name,) in cursor.fetchall()} == wanted


def test_a_document_does_not_tell_its_words(note):
    assert str(note.search_document) == f"#{note.search_document.pk}"
