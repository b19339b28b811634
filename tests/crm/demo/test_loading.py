"""The demo company is whole, the same on the same day, and never mixed with what is real."""

import pytest
from django.core.management import CommandError, call_command

from accounts.models import Team, User
from crm.demo.company import monthly_rates
from crm.demo.customers import CUSTOMERS
from crm.demo.load import NotEmpty, load_demo
from crm.demo.notes import make_notes
from crm.demo.orders import make_orders
from crm.demo.people import make_people
from crm.demo.shipping import ship
from crm.demo.truths import TRUTHS
from crm.models import Customer, Note, Order, OrderLine, Person, Product, SearchDocument, Shipment
from crm.searching import index
from crm.searching.query import MODELS
from tests.crm.demo import NOW, OTHER_DAYS, SEED, TODAY

pytestmark = pytest.mark.once


def test_a_full_list_for_the_rep_and_something_of_everything(rep):
    assert Customer.objects.count() == 40
    assert Customer.objects.values("country").distinct().count() == 25
    assert Customer.objects.values("currency").distinct().count() >= 9
    assert Customer.objects.filter(owner=rep).count() == 24
    assert 30_000 < OrderLine.objects.count() < 50_000
    assert Note.objects.count() > 600
    assert Shipment.objects.count() > 2000
    assert set(TRUTHS) == set(Customer.objects.values_list("code", flat=True))


def test_nobody_has_a_password(rep):
    assert not any(user.has_usable_password() for user in User.objects.filter(is_demo=True))


def test_every_row_that_must_go_again_is_marked(rep):
    for model in (Customer, Product, Person, User, Team):
        assert not model.objects.filter(is_demo=False).exists()


@pytest.mark.slow
def test_the_same_seed_and_day_make_the_same_company():
    rates = monthly_rates(TODAY, SEED)
    assert make_orders(TODAY, SEED, rates) == make_orders(TODAY, SEED, rates)
    assert make_orders(TODAY, SEED + 1, rates) != make_orders(TODAY, SEED, rates)
    assert make_people(CUSTOMERS, TODAY, SEED) == make_people(CUSTOMERS, TODAY, SEED)
    assert made_notes(TODAY) == made_notes(TODAY)


def made_notes(today):
    orders = make_orders(today, SEED, monthly_rates(today, SEED))
    ship(orders, today, SEED)
    return make_notes(orders, today, SEED)


@pytest.mark.slow
@pytest.mark.parametrize("today", OTHER_DAYS)
def test_it_can_be_made_on_any_day(today):
    orders = make_orders(today, SEED, monthly_rates(today, SEED))
    assert {order.code for order in orders} == {code for code, truth in TRUTHS.items() if truth.orders != 0}
    assert all(order.day < today and order.day.weekday() < 5 for order in orders)
    notes = made_notes(today)
    assert all(note.happened_at.date() < today for note in notes)
    assert all(note.happened_at.weekday() < 5 for note in notes)


def test_all_of_it_is_found(demo, db):
    assert SearchDocument.objects.count() == sum(model.objects.count() for model in MODELS.values())
    assert index.rebuild() == 0


def test_it_is_not_mixed_with_real_data(customer):
    before = Customer.objects.count()
    with pytest.raises(NotEmpty):
        load_demo(TODAY, SEED, NOW)
    with pytest.raises(CommandError, match="already"):
        call_command("load_demo")
    call_command("load_demo", "--if-empty")
    assert Customer.objects.count() == before


def test_a_second_start_loads_nothing(demo, db):
    newest = Order.objects.latest("pk")
    call_command("load_demo", "--if-empty")
    assert Order.objects.latest("pk") == newest
