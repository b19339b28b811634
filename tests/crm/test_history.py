"""Who changed what: read, paged, kept from whom it does not concern, and restored."""

import json
import re
from datetime import UTC, date, datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from crm import history
from crm.baseline import keep_baseline
from crm.models import (
    Closure,
    ContactPoint,
    Customer,
    Employment,
    ImportChange,
    ImportRun,
    Note,
    Order,
    PersonDate,
    Product,
    Promise,
)
from tests.factories import make_customer, make_note, make_order, make_person, make_product

pytestmark = pytest.mark.django_db


@pytest.fixture
def clock():
    with time_machine.travel("2026-03-24 09:00Z", tick=False) as clock:
        yield clock


@pytest.fixture
def read(client_for):
    def read(user, kind, row, **query):
        response = client_for(user).get(f"/history/{kind}/{row.pk}/", query)
        assert response.status_code == 200
        return response.content.decode()

    return read


def words(page):
    """The text of the list of changes, without its markup."""
    text = re.sub(r"<svg.*?</svg>|<[^>]*>", " ", page[page.index("changes") :], flags=re.DOTALL)
    return " ".join(text.split())


def save(row, **fields):
    """What a screen does: the row as it is, then the fields."""
    keep_baseline(type(row).objects.filter(pk=row.pk))
    for name, value in fields.items():
        setattr(row, name, value)
    row.save(update_fields=list(fields))


def restores(page):
    return re.findall(
        r'name="record" value="([^"]*)"><input type="hidden" name="field" value="([^"]*)"', page
    )


def imported_row(made):
    """A row as an import makes it: without a history."""
    type(made).history.filter(id=made.pk).delete()
    return made


def run_of(user, model, row, before, after, **fields):
    run = ImportRun.objects.create(
        user=user, file_name="march.csv", file_hash="x", state=ImportRun.State.APPLIED,
        started_at=datetime(2026, 3, 1, tzinfo=UTC), applied_at=datetime(2026, 3, 1, tzinfo=UTC), **fields,
    )  # fmt: skip
    dumped = [
        None if value is None else json.loads(json.dumps(value, default=str)) for value in (before, after)
    ]
    ImportChange.objects.create(run=run, model=model, row=row, before=dumped[0], after=dumped[1])
    return run


def test_values_are_said_as_people_read_them(client_for, read, customer, owner, manager, mate, clock):
    client = client_for(owner)
    fields = {
        "name": customer.name, "code": customer.code, "country": "SE", "city": "Malmö", "currency": "EUR",
        "status": "paused", "time_zone": "Europe/Stockholm", "fiscal_year_start": 4,
        "orders_known_through": "2026-03-20", "closures-TOTAL_FORMS": 0, "closures-INITIAL_FORMS": 0,
    }  # fmt: skip
    client.post(f"/customers/{customer.pk}/edit/", fields)
    client_for(manager).post(f"/customers/{customer.pk}/edit/", fields | {"owner": mate.pk})
    text = words(read(manager, "customer", customer))
    for change in (
        "Country Norway → became Sweden", "City Oslo → became Malmö", "Status active → became paused",
        "Fiscal year starts in month – → became April", "Orders known up to – → became 20 Mar 2026",
        "Sales rep Olivia Owner → became Max Mate",
    ):  # fmt: skip
        assert change in text
    assert text.index("Mia Manager") < text.index("Sales rep") < text.index("Country")
    assert "24 Mar 2026 09:00" in text


def test_the_first_change_of_an_imported_row_says_from_what(read, customer, owner):
    imported_row(customer)
    save(customer, city="Bergen")
    text = words(read(owner, "customer", customer))
    assert "City Oslo → became Bergen" in text
    assert "Country" not in text
    assert "Entered" not in text


def test_what_an_import_changed_in_between_is_not_put_on_the_next_person(read, customer, owner):
    save(customer, city="Bergen")
    Customer.objects.filter(pk=customer.pk).update(name="Fjord Handel ASA")
    customer.refresh_from_db()
    save(customer, city="Voss")
    assert "Name" not in words(read(owner, "customer", customer))


def test_what_hangs_on_a_row_is_in_its_history(read, customer, owner):
    closure = Closure.objects.create(customer=customer, from_on=date(2026, 7, 6), to_on=date(2026, 7, 26))
    save(closure, yearly=True)
    closure.delete()
    text = words(read(owner, "customer", customer))
    for change in (
        "Closure · 6 Jul 2026 added", "To 26 Jul 2026", "Every year no → became yes", "Closure · 6 Jul 2026 removed"
    ):  # fmt: skip
        assert change in text


def test_a_person_with_points_dates_and_jobs(read, customer, owner):
    person = make_person(customer, given_name="Ingrid", family_name="Solheim")
    ContactPoint.objects.create(person=person, kind="email", value="ingrid@fjord.example")
    PersonDate.objects.create(person=person, month=11, day=28)
    save(person, status="left")
    text = words(read(owner, "person", person))
    for change in (
        "Contact point · e-mail added", "Value ingrid@fjord.example", "Date · birthday added", "Month 11",
        "Employment · Fjord Handel AS added", "Position Buyer", "Status active → became left",
    ):  # fmt: skip
        assert change in text


def test_an_order_with_its_lines(read, customer, owner):
    order = make_order(customer, lines=[("A", 10, "12.50")])
    line = order.lines.get()
    save(line, quantity=12, amount=150, learn=False)
    save(order, status="confirmed", credited_to=None)
    text = words(read(owner, "order", order))
    for change in (
        "Order line · Product A", "Quantity 10 → became 12", "Amount EUR 125.00 → became EUR 150.00",
        "Learn from it yes → became no", "Credited to Olivia Owner → became –",
    ):  # fmt: skip
        assert change in text


def test_what_an_import_wrote_over_says_file_and_user(read, customer, owner, admin):
    run_of(
        admin,
        "customer",
        customer.pk,
        {"name": "Fjord", "imported": None},
        {"name": "Fjord Handel AS", "imported": 1},
    )
    text = words(read(owner, "customer", customer))
    assert "import of march.csv · Ada Admin" in text
    assert "Name Fjord → became Fjord Handel AS" in text
    assert "mported" not in text.replace("import of", "")


def test_an_import_that_was_not_applied_or_said_nothing_new_is_not_told(read, customer, owner):
    run = run_of(owner, "customer", customer.pk, {"name": "Old"}, {"name": "New"})
    ImportRun.objects.update(state=ImportRun.State.FAILED)
    run_of(owner, "customer", customer.pk, {"imported": 1}, {"imported": 2})
    assert "march.csv" not in read(owner, "customer", customer)
    assert run.pk


def test_imported_orders_and_lines(read, customer, owner):
    order = make_order(customer)
    line = order.lines.get()
    run = run_of(
        owner, "orderline", line.pk, {"quantity": "10.000", "promised_on": None},
        {"quantity": "12.000", "promised_on": "2026-04-01"},
    )  # fmt: skip
    Order.objects.update(run=run)
    text = words(read(owner, "order", order))
    assert "Quantity 10 → became 12" in text
    assert "Promised for – → became 1 Apr 2026" in text
    assert "Brought in" in text


class TestAccess:
    def test_every_kind_goes_through_its_rows_own_door(self, client_for, customer, owner, mate, stranger):
        rows = {
            "customer": customer,
            "person": make_person(customer),
            "order": make_order(customer),
            "note": make_note(customer),
        }
        for kind, row in rows.items():
            assert client_for(owner).get(f"/history/{kind}/{row.pk}/").status_code == 200
            for other in (mate, stranger):
                path = f"/history/{kind}/{row.pk}/"
                assert client_for(other).get(path).status_code == 404
                assert (
                    client_for(other).post(path + "restore/", {"record": "x", "field": "y"}).status_code
                    == 404
                )
        assert client_for(owner).get("/history/user/1/").status_code == 404

    def test_a_private_notes_history_is_its_authors_alone(self, client_for, customer, owner, manager, admin):
        note = make_note(customer, private=True)
        assert client_for(owner).get(f"/history/note/{note.pk}/").status_code == 200
        for other in (manager, admin):
            assert client_for(other).get(f"/history/note/{note.pk}/").status_code == 404

    def test_what_a_note_said_while_it_was_private_stays_his(
        self, read, client_for, customer, owner, manager
    ):
        with time_machine.travel("2026-03-01 09:00Z", tick=False):
            note = make_note(customer, text="He drinks", private=True)
            Promise.objects.create(note=note, text="an old promise")
        with time_machine.travel("2026-03-02 09:00Z", tick=False):
            save(note, text="Wants a price list", private=False)
        with time_machine.travel("2026-03-03 09:00Z", tick=False):
            save(note, text="Wants a price list in May")
        own, theirs = read(owner, "note", note), read(manager, "note", note)
        assert "He drinks" in own
        assert "an old promise" in own
        assert "He drinks" not in theirs
        assert "old promise" not in theirs
        assert "Wants a price list in May" in theirs

    def test_names_the_reader_may_not_see_are_not_shown(self, read, customer, owner, stranger):
        theirs = make_customer("Iberia Import SL", owner=stranger)
        order = make_order(theirs)
        save(order, customer=customer)
        assert "Iberia" not in read(owner, "order", order)
        assert "Customer not shown → became Fjord Handel AS" in words(read(owner, "order", order))
        person = make_person(customer)
        Employment.objects.create(person=person, customer=theirs, role="Secret adviser")
        page = read(owner, "person", person)
        assert "Iberia" not in page
        assert "Secret adviser" not in page

    def test_a_job_at_a_customer_out_of_sight_is_neither_told_nor_restored(
        self, read, client_for, customer, owner, stranger
    ):
        person, theirs = make_person(customer), make_customer("Iberia Import SL", owner=stranger)
        job = Employment.objects.create(person=person, customer=theirs, role="Secret adviser")
        save(job, role="Adviser")
        first = job.history.order_by("history_id").first()
        run_of(stranger, "employment", job.pk, {"role": "Secret agent"}, {"role": "Adviser"})
        path = f"/history/person/{person.pk}/restore/"
        for record in (f"employment-{first.pk}", f"import-{ImportChange.objects.get().pk}"):
            assert client_for(owner).post(path, {"record": record, "field": "role"}).status_code == 404
        job.refresh_from_db()
        assert job.role == "Adviser"
        assert "Secret" not in read(owner, "person", person)
        # Nor what was recorded before the job is moved to where the reader sees it.
        ImportChange.objects.all().delete()
        Employment.objects.filter(person=person, customer=customer).delete()
        save(job, customer=customer, role="Buyer")
        assert "Adviser" not in read(owner, "person", person)
        sent = {"record": f"employment-{first.pk}", "field": "role"}
        assert client_for(owner).post(path, sent).status_code == 404

    def test_what_a_note_said_while_it_had_no_customer_stays_his(
        self, read, client_for, customer, owner, admin
    ):
        with time_machine.travel("2026-03-01 09:00Z", tick=False):
            note = make_note(customer, text="He drinks")
            note.history.all().delete()
            save(note, customer=None)
            note.history.filter(history_change_reason="baseline").delete()
        with time_machine.travel("2026-03-02 09:00Z", tick=False):
            save(note, text="Wants a price list", customer=customer)
        assert "He drinks" in read(owner, "note", note)
        assert "He drinks" not in read(admin, "note", note)
        first = note.history.order_by("history_id").first()
        sent = {"record": f"note-{first.pk}", "field": "text"}
        assert client_for(admin).post(f"/history/note/{note.pk}/restore/", sent).status_code == 404

    def test_a_rep_reads_a_products_history_and_restores_nothing(self, read, client_for, owner, manager):
        product = make_product("AUR-400")
        save(product, name="Headlamp")
        assert restores(read(owner, "product", product)) == []
        ((record, field),) = restores(read(manager, "product", product))
        path, sent = f"/history/product/{product.pk}/restore/", {"record": record, "field": field}
        assert client_for(owner).post(path, sent).status_code == 403
        client_for(manager).post(path, sent)
        assert Product.objects.get().name != "Headlamp"


class TestRestoring:
    def test_a_value_comes_back_as_a_change_like_any_other(self, read, client_for, customer, owner):
        save(customer, city="Bergen")
        ((record, field),) = restores(read(owner, "customer", customer))
        sent = {"record": record, "field": field}
        page = client_for(owner).post(f"/history/customer/{customer.pk}/restore/", sent, follow=True)
        customer.refresh_from_db()
        assert customer.city == "Oslo"
        assert "City is “Oslo” again." in page.content.decode()
        assert "City Bergen → became Oslo" in words(page.content.decode())
        assert customer.history.first().history_user == owner

    def test_what_an_import_wrote_over_comes_back_too(self, client_for, customer, owner):
        run_of(owner, "customer", customer.pk, {"name": "Fjord"}, {"name": customer.name})
        change = ImportChange.objects.get()
        path = f"/history/customer/{customer.pk}/restore/"
        client_for(owner).post(path, {"record": f"import-{change.pk}", "field": "name"})
        customer.refresh_from_db()
        assert customer.name == "Fjord"

    def test_a_day_that_forecasts_are_made_from_asks_for_new_ones(self, read, client_for, customer, owner):
        save(customer, orders_known_through=date(2026, 3, 1))
        ((record, field),) = restores(read(owner, "customer", customer))
        rev = Customer.objects.get().orders_rev
        client_for(owner).post(
            f"/history/customer/{customer.pk}/restore/", {"record": record, "field": field}
        )
        assert Customer.objects.values_list("orders_known_through", "orders_rev").get() == (None, rev + 1)

    def test_a_row_that_hangs_on_it(self, read, client_for, customer, owner):
        closure = Closure.objects.create(customer=customer, from_on=date(2026, 7, 6), to_on=date(2026, 7, 26))
        save(closure, to_on=date(2026, 8, 2))
        sent = dict(zip(("record", "field"), restores(read(owner, "customer", customer))[0], strict=True))
        client_for(owner).post(f"/history/customer/{customer.pk}/restore/", sent)
        closure.refresh_from_db()
        assert closure.to_on == date(2026, 7, 26)

    def test_a_value_that_no_longer_fits_is_refused_in_words(self, read, client_for, customer, owner):
        code = customer.code
        save(customer, code="NEW")
        make_customer("Bergen Import", owner=owner, code=code)
        ((record, field),) = restores(read(owner, "customer", customer))
        sent = {"record": record, "field": field}
        page = client_for(owner).post(f"/history/customer/{customer.pk}/restore/", sent, follow=True)
        customer.refresh_from_db()
        assert customer.code == "NEW"
        assert "It could not be restored" in page.content.decode()

    def test_amounts_and_names_of_others_are_not_restored_alone(self, read, customer, owner):
        order = make_order(customer)
        save(order.lines.get(), quantity=12, amount=150, learn=False)
        save(order, status="confirmed", credited_to=None, currency="USD")
        assert {field for _, field in restores(read(owner, "order", order))} == {"learn", "status"}

    @pytest.mark.parametrize(
        ("record", "field"),
        [("customer-1", "owner"), ("customer-1", "id"), ("customer-1", "orders_rev"), ("customer-1", "save"),
         ("customer-999999", "city"), ("order-1", "number"), ("nonsense", "city"), ("customer-x", "city"),
         ("import-1", "city"), ("customer-" + "9" * 30, "city")],
    )  # fmt: skip
    def test_nothing_else_can_be_reached(self, client_for, customer, owner, record, field):
        record = (
            record.replace("-1", f"-{customer.history.first().pk}", 1) if record.endswith("-1") else record
        )
        path = f"/history/customer/{customer.pk}/restore/"
        assert client_for(owner).post(path, {"record": record, "field": field}).status_code == 404

    def test_another_rows_record_restores_nothing_here(self, client_for, customer, owner, stranger):
        theirs = make_customer("Iberia Import SL", owner=stranger, city="Madrid")
        path = f"/history/customer/{customer.pk}/restore/"
        sent = {"record": f"customer-{theirs.history.first().pk}", "field": "city"}
        assert client_for(owner).post(path, sent).status_code == 404
        run_of(stranger, "customer", theirs.pk, {"city": "Madrid"}, {"city": "Cádiz"})
        sent["record"] = f"import-{ImportChange.objects.get().pk}"
        assert client_for(owner).post(path, sent).status_code == 404

    def test_a_private_value_is_not_restored_by_others(self, client_for, customer, owner, admin):
        note = make_note(customer, text="He drinks", private=True)
        save(note, text="Wants a price list", private=False)
        earlier = note.history.order_by("history_id").first()
        sent = {"record": f"note-{earlier.pk}", "field": "text"}
        assert client_for(admin).post(f"/history/note/{note.pk}/restore/", sent).status_code == 404
        assert Note.objects.get().text == "Wants a price list"


def test_pages_follow_one_another_without_gaps_or_doubles(client_for, customer, owner, monkeypatch):
    monkeypatch.setattr(history, "PAGE", 4)
    closure = Closure.objects.create(customer=customer, from_on=date(2026, 7, 6), to_on=date(2026, 7, 26))
    with time_machine.travel("2026-03-24 09:00Z", tick=False):  # all at one moment
        for number in range(7):
            save(customer, city=f"City {number}")
            save(closure, to_on=date(2026, 8, 1 + number))
    run_of(owner, "customer", customer.pk, {"name": "Fjord"}, {"name": customer.name})
    client, path, seen = client_for(owner), f"/history/customer/{customer.pk}/", []
    while path:
        page = client.get(path).content.decode()
        seen += re.findall(r"<ins>([^<]*)</ins>", page)
        following = re.search(r'rel="next" href="([^"]*)"', page)
        path = following and f"/history/customer/{customer.pk}/{following.group(1)}"
    assert [name for name in seen if name.startswith("City")] == [f"City {n}" for n in range(6, -1, -1)]
    assert [name for name in seen if "Aug" in name] == [f"{n} Aug 2026" for n in range(7, 0, -1)]
    assert len(seen) == len(set(seen))
    assert "Fjord Handel AS" in seen


@pytest.mark.parametrize("before", ["x", "~~", "2026-03-24T09:00:00+00:00~0~" + "9" * 40, "9999~1~1"])
def test_a_broken_cursor_is_no_failure(client_for, customer, owner, before):
    assert client_for(owner).get(f"/history/customer/{customer.pk}/", {"before": before}).status_code == 200


@pytest.mark.once
def test_a_long_history_asks_as_often_as_a_short_one(client_for, customer, owner):
    client, counts = client_for(owner), []
    closure = Closure.objects.create(customer=customer, from_on=date(2026, 7, 6), to_on=date(2026, 7, 26))
    for rounds in (2, 20):
        for number in range(rounds):
            save(customer, city=f"City {rounds} {number}")
            save(closure, yearly=not closure.yearly)
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/history/customer/{customer.pk}/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 14


def test_baselines_are_not_told_and_kept_once(customer):
    imported_row(customer)
    for _ in range(3):
        keep_baseline(Customer.objects.all())
    assert customer.history.count() == 1
    assert customer.history.get().history_change_reason == "baseline"
