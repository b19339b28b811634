"""What colleagues changed since yesterday, one line each, on the page of the day."""

from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine

from crm.models import Closure, Customer
from tests.factories import make_customer, make_person

pytestmark = pytest.mark.once

NOW = datetime(2026, 3, 24, 9, tzinfo=UTC)


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def show(client_for, owner):
    def show(user=owner):
        return client_for(user).get("/").content.decode()

    return show


def test_what_colleagues_changed_is_one_line_a_customer(customer, owner, manager, mate, show, client_for):
    def edit(by, **fields):
        row = Customer.objects.get(pk=customer.pk)
        for name, value in fields.items():
            setattr(row, name, value)
        row.save()
        row.history.filter(pk=row.history.latest().pk).update(history_user=by)

    edit(owner, code="MINE")
    assert "Changed by colleagues" not in show()
    edit(manager, city="Bergen")
    edit(manager, city="Bergen", currency="NOK")
    page = show()
    assert "City, currency changed · Mia Manager" in page
    assert page.count("changed · Mia Manager") == 1
    edit(manager, owner=mate)
    assert "sales rep is now Max Mate" in show(mate)
    assert "sales rep is now" not in show()
    with time_machine.travel(NOW + timedelta(days=2)):
        assert "sales rep is now" not in show(mate)


def test_a_new_customer_person_and_closure_of_a_colleagues_are_said(owner, manager, show, stranger):
    customer = make_customer("Brand New AS", owner=owner)
    person = make_person(customer, family_name="Fresh")
    closure = Closure.objects.create(customer=customer, from_on=date(2026, 7, 1), to_on=date(2026, 7, 21))
    for row in (customer, person, closure):
        row.history.update(history_user=manager)
    page = show()
    for words in ("new customer · Mia Manager", "new person · Mia Manager", "closed 1 – 21 Jul"):
        assert words in page
    assert "Mia Manager" not in show(stranger)
