"""The demo company goes without a trace, and what is real stays."""

from datetime import date
from io import StringIO

import pytest
from django.contrib.admin.models import CHANGE, LogEntry
from django.contrib.contenttypes.models import ContentType
from django.core.management import CommandError, call_command
from django.db import connection
from django.urls import reverse

from accounts.models import Team, User
from crm.demo import REP_EMAIL
from crm.demo.removal import HeirNeeded, remove_demo
from crm.demo.truths import TRUTHS
from crm.models import (
    Closure,
    ContactPoint,
    Customer,
    CustomerItem,
    Dismissal,
    Employment,
    ExchangeRate,
    ImportChange,
    ImportRun,
    Installation,
    Note,
    Order,
    OrderLine,
    Person,
    PersonDate,
    Product,
    Promise,
)
from tests.crm.demo import NOW
from tests.factories import make_customer, make_order, make_person

pytestmark = pytest.mark.once


def test_removal_leaves_nothing_behind_and_for_good(demo, db):
    out = StringIO()
    call_command("remove_demo", stdout=out)
    assert "40 customers" in out.getvalue()
    for model in (Customer, Order, OrderLine, Product, Person, Employment, Note, ExchangeRate, User, Team):
        assert not model.objects.exists(), model
    assert not Installation.current().shows_demo
    call_command("load_demo", "--if-empty")
    assert not Customer.objects.exists()
    with pytest.raises(CommandError, match="no demo company"):
        call_command("remove_demo")


def lived_in(rep, admin, client):
    """What a few weeks of use leave behind: edits, deletions, dismissals, logs, an import over made-up customers."""
    for model in (
        Customer,
        Person,
        Product,
        Note,
        Promise,
        PersonDate,
        ContactPoint,
        Employment,
        CustomerItem,
        Closure,
    ):
        rows = list(model.objects.all()[:3])
        for row in rows:
            row.save()
        rows[0]._history_user = rep
        rows[0].save()
    order = Order.objects.first()
    order.save()
    order.lines.first().save()
    # Gone before the demo is: nothing but their history is left.
    person = Person.objects.filter(owner=rep).last()
    Person.objects.filter(pk=person.pk).get().delete()
    Note.objects.exclude(people=None).last().delete()
    Promise.objects.last().delete()
    subjects = {
        "overdue": Customer,
        "expected": Customer,
        "birthday": Person,
        "contact": Person,
        "promise": Promise,
    }
    for user in (rep, admin):
        for kind, model in subjects.items():
            Dismissal.objects.create(
                user=user,
                kind=kind,
                subject=model.objects.first().pk,
                answer="done",
                remark="Nordlys Distribution AS",
            )
    customer = Customer.objects.first()
    LogEntry.objects.create(
        user=admin, content_type=ContentType.objects.get_for_model(Customer), object_id=str(customer.pk),
        object_repr=str(customer), action_flag=CHANGE,
    )  # fmt: skip
    run = ImportRun.objects.create(user=rep, owner=rep, file_name="own.csv", file_hash="0", started_at=NOW)
    ImportChange.objects.create(
        run=run, model="customer", row=customer.pk, before={"name": customer.name}, after={"name": "?"}
    )
    client.post(reverse("accounts:sign_in"), {"username": REP_EMAIL, "password": "wrong"})


def names_of_the_demo():
    """Whatever is telling enough to be known again, as it is written in some column."""
    telling = {
        *Customer.objects.values_list("name", flat=True),
        *User.objects.values_list("email", flat=True),
    }
    telling |= {*Product.objects.values_list("name", flat=True), *Note.objects.values_list("text", flat=True)}
    telling |= {
        *ContactPoint.objects.values_list("value", flat=True),
        *Promise.objects.values_list("text", flat=True),
    }
    telling |= {
        *Person.objects.values_list("native_name", flat=True),
        *CustomerItem.objects.values_list("remark", flat=True),
    }
    telling |= {person.latin_name for person in Person.objects.all()} | set(TRUTHS)
    return {words for words in telling if len(words) > 2}


def every_text():
    """(table, text) of every column of every table of the database, once each."""
    return set(texts_of_all_columns())


def texts_of_all_columns():
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")
            for row in cursor.fetchall():
                for value in row:
                    if isinstance(value, str | bytes | dict | list):
                        yield table, value if isinstance(value, str) else str(value)


def test_no_table_holds_anything_of_it_afterwards(demo, rep, admin, client):
    """Not even history, dismissals, logs of changes and of sign-ins."""
    lived_in(rep, admin, client)
    names = names_of_the_demo()
    names -= {admin.email, admin.name}
    assert {"Nordlys Distribution AS", "Ingrid Solheim", "김민준", REP_EMAIL, "TRO-NOR"} <= names
    before = set()
    for table, text in every_text():
        if table not in before and any(name in text for name in names):
            before.add(table)
    assert {"crm_historicalcustomer", "crm_historicalnote", "django_admin_log", "crm_importchange"} <= before
    assert "crm_historicalperson" in {table for table, _ in every_text()}

    remove_demo(admin, NOW)

    left = [(table, name) for table, text in every_text() for name in names if name in text]
    assert not left
    assert not Dismissal.objects.exists()
    assert ImportRun.objects.get().user == ImportRun.objects.get().owner == admin


@pytest.mark.slow
def test_history_of_what_is_real_stays_and_names_the_heir(demo, rep, admin):
    own = make_customer("Ownreal AS", owner=rep)
    note = Note.objects.create(customer=own, author=rep, happened_at=NOW, text="Real.")
    note.text = "Really."
    note.save()
    mine = make_person(own, owner=rep)
    for kind, subject in (("overdue", own), ("contact", mine)):
        Dismissal.objects.create(user=admin, kind=kind, subject=subject.pk, answer="done")

    remove_demo(admin, NOW)

    assert [(version.text, version.author) for version in note.history.order_by("history_date")] == [
        ("Real.", admin),
        ("Really.", admin),
    ]
    assert own.history.earliest("history_date").owner == admin
    assert Dismissal.objects.count() == 2


@pytest.mark.slow
def test_what_was_entered_at_a_customer_who_stays_is_kept_and_what_came_with_the_demo_is_not(
    demo, rep, admin
):
    tromso = Customer.objects.get(code="TRO-NOR")
    run = ImportRun.objects.create(user=admin, file_name="own.csv", file_hash="0", started_at=NOW)
    make_order(tromso, lines=[("AUR-400", 10, "300")], run=run)
    told = CustomerItem.objects.create(
        customer=tromso, product=Product.objects.get(sku="GAS-450"), remark="Real reason."
    )
    closed = Closure.objects.create(customer=tromso, from_on=date(2027, 5, 1), to_on=date(2027, 5, 3))
    word = Note.objects.create(customer=tromso, author=admin, happened_at=NOW, text="A real talk.")
    assert tromso.closures.count() == 2

    remove_demo(admin, NOW)

    assert list(tromso.items.all()) == [told]
    assert list(tromso.closures.all()) == [closed]
    assert list(tromso.notes.all()) == [word]
    assert word.history.exists()


def test_what_is_real_stays(demo, admin, rep):
    own = make_customer("Ownreal AS", owner=rep)
    make_order(own, lines=[("AUR-400", 10, "25.00"), ("OWN-1", 5, "3.00")], credited_to=rep)
    person = make_person(own, owner=rep)
    note = Note.objects.create(customer=own, author=rep, happened_at=NOW, text="Real.")
    loose = Note.objects.create(author=rep, happened_at=NOW, text="To nobody in particular.")
    typed = Note.objects.create(
        customer=Customer.objects.filter(is_demo=True)[0], author=admin, happened_at=NOW, text="?"
    )
    ExchangeRate.objects.create(currency="ZAR", month=date(2026, 1, 1), rate="0.05", source="bank")

    remove_demo(admin, NOW)

    own.refresh_from_db()
    assert own.owner == admin
    assert own.orders.get().credited_to == admin
    assert set(Product.objects.values_list("sku", "is_demo")) == {("AUR-400", False), ("OWN-1", False)}
    assert Person.objects.get() == person
    assert set(Note.objects.values_list("pk", "author")) == {(note.pk, admin.pk), (loose.pk, admin.pk)}
    assert typed.pk not in Note.objects.values_list("pk", flat=True)
    assert ExchangeRate.objects.get().source == "bank"
    assert list(User.objects.all()) == [admin]


@pytest.mark.slow
def test_a_customer_with_imported_orders_stays_without_the_made_up_ones(demo, admin):
    tromso = Customer.objects.get(code="TRO-NOR")
    run = ImportRun.objects.create(user=admin, file_name="own.csv", file_hash="0", started_at=NOW)
    imported = make_order(tromso, lines=[("AUR-400", 10, "300")], run=run)
    rev = Customer.objects.get(pk=tromso.pk).orders_rev

    remove_demo(admin, NOW)

    tromso = Customer.objects.get()
    assert (tromso.code, tromso.is_demo, tromso.owner) == ("TRO-NOR", False, admin)
    assert tromso.orders.get() == imported
    assert not tromso.notes.exists()
    assert tromso.orders_rev > rev


@pytest.mark.slow
def test_somebody_must_take_over_what_is_real(demo, rep):
    Note.objects.create(author=rep, happened_at=NOW, text="Mine.")
    with pytest.raises(HeirNeeded):
        remove_demo(None, NOW)
    with pytest.raises(CommandError, match="createsuperuser"):
        call_command("remove_demo")
    assert Customer.objects.count() == 40


@pytest.mark.slow
def test_a_demo_user_can_stay_and_becomes_the_administrator(demo, rep):
    call_command("remove_demo", "--keep-user", stdout=StringIO())
    kept = User.objects.get()
    assert (kept.email, kept.role, kept.is_demo, kept.team) == (REP_EMAIL, User.Role.ADMIN, False, None)
