from collections import defaultdict

import pytest
from django.db import connection, transaction

from accounts.models import User
from crm.demo import REP_EMAIL
from crm.demo.load import load_demo
from crm.models import OrderLine
from tests.crm.demo import NOW, SEED, TODAY


@pytest.fixture(scope="package")
def demo(django_db_setup, django_db_blocker):
    """The demo company, loaded once for the tests of this folder and rolled back after them."""
    with django_db_blocker.unblock(), transaction.atomic():
        load_demo(TODAY, SEED, NOW)
        # PostgreSQL would check the same hundred thousand foreign keys again after each test.
        connection.check_constraints()
        yield
        transaction.set_rollback(True)


@pytest.fixture
def rep(demo, db):
    return User.objects.get(email=REP_EMAIL)


@pytest.fixture
def order_days(demo, db):
    """Code -> days with an order that is learned from."""
    rows = OrderLine.objects.filter(learn=True, quantity__gt=0).values_list(
        "order__customer__code", "order__ordered_on"
    )
    days = defaultdict(list)
    for code, day in rows.distinct().order_by("order__ordered_on"):
        days[code].append(day)
    return days
