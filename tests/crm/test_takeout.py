"""All that one may see, taken along."""

import csv
import io
import zipfile
from datetime import date

import pytest
from django.apps import apps

from crm.importing.runs import Wish, run_import
from crm.models import (
    CalendarFeed,
    Digest,
    DigestItem,
    Dismissal,
    ExchangeRate,
    GreetingMail,
    Heartbeat,
    ImportChange,
    ImportMapping,
    ImportRow,
    ImportRun,
    Installation,
    NotePerson,
    QuietDays,
    ReminderSettings,
    SearchDocument,
)
from crm.takeout import MODELS, columns_of, file_of, models
from tests.factories import make_customer, make_note, make_order, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.once]

# Not what somebody entered, but how the site goes about it.
OF_THE_SITE = {
    CalendarFeed, Digest, DigestItem, Dismissal, ExchangeRate, GreetingMail, Heartbeat, ImportChange, ImportMapping,
    ImportRow, ImportRun, Installation, QuietDays, ReminderSettings, SearchDocument,
}  # fmt: skip


@pytest.fixture
def take(client_for):
    def take(user):
        response = client_for(user).get("/my-data/")
        assert response["Content-Type"] == "application/zip"
        return zipfile.ZipFile(io.BytesIO(b"".join(response)))

    return take


def rows(archive, name):
    return list(csv.DictReader(io.StringIO(archive.read(name).decode("utf-8-sig"))))


def test_every_table_of_facts_is_in_it():
    models = {
        model for model in apps.get_app_config("crm").get_models() if not hasattr(model, "instance_type")
    }
    assert set(MODELS) == models - OF_THE_SITE


@pytest.mark.both
def test_everything_is_there_and_counts(take, owner, customer):
    make_order(customer, date(2026, 1, 15), [("=A1", 10, "12.50"), ("B", 3, "0.10")], number="PO-1")
    person = make_person(customer, given_name="Ingrid", family_name="Solheim")
    note = make_note(customer, text="첫 방문\nsecond line, with a comma", author=owner)
    NotePerson.objects.create(note=note, person=person)
    archive = take(owner)
    assert archive.testzip() is None
    for model in models():
        assert len(rows(archive, file_of(model))) == model.objects.count(), model
    (kept,) = rows(archive, "tables/customer.csv")
    assert (kept["name"], kept["owner"]) == ("Fjord Handel AS", "Olivia Owner")
    (row,) = rows(archive, "tables/note.csv")
    assert row["text"] == "첫 방문\nsecond line, with a comma"
    lines = rows(archive, "order-lines.csv")
    assert {(line["SKU"], line["Order number"]) for line in lines} == {("'=A1", "PO-1"), ("B", "PO-1")}
    readme = archive.read("README.txt").decode("utf-8-sig")
    assert all(file_of(model) in readme for model in MODELS)


def test_what_is_not_his_is_not_in_it(take, owner, stranger, customer):
    make_order(customer, date(2026, 1, 15), number="PO-SECRET")
    make_note(customer, text="secret")
    make_order(make_customer("Own Ltd", owner=stranger), date(2026, 1, 15), number="MINE")
    archive = take(stranger)
    assert [row["name"] for row in rows(archive, "tables/customer.csv")] == ["Own Ltd"]
    assert [row["number"] for row in rows(archive, "tables/order.csv")] == ["MINE"]
    assert not rows(archive, "tables/note.csv")
    assert not [name for name in archive.namelist() if b"PO-SECRET" in archive.read(name)]


def test_its_order_lines_come_in_again_unchanged(take, owner, customer, tmp_path):
    make_order(customer, date(2026, 1, 15), [("A", 10, "12.50"), ("A", 3, "0.10")], number="PO-1")
    path = tmp_path / "order-lines.csv"
    path.write_bytes(take(owner).read("order-lines.csv"))
    run, _ = run_import(Wish(path, owner=owner))
    assert (run.read, run.created, run.updated, run.unchanged) == (2, 0, 0, 2)


def test_it_comes_piece_by_piece_and_asks_as_often_for_much(
    client_for, owner, customer, django_assert_max_num_queries
):
    client = client_for(owner)
    for n in range(3):
        make_order(
            customer, date(2026, 1, 1 + n), [(f"SKU{i}", 1, "1") for i in range(400)], number=f"PO-{n}"
        )
    with django_assert_max_num_queries(len(MODELS) + 4):
        pieces = [piece for piece in client.get("/my-data/") if piece]
    assert len(pieces) > 3


def test_internal_columns_stay_inside():
    assert not {column for model in MODELS for column in columns_of(model)} & {
        "imported",
        "orders_rev",
        "is_demo",
    }
