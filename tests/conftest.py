"""The people of every access test, and one customer of theirs."""

import pytest
from django.test import Client
from hypothesis import settings

from accounts.models import User
from tests.factories import make_customer, make_note, make_team, make_user

# A busy machine is no failure: no example is timed.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture
def team(db):
    return make_team("Nordics")


@pytest.fixture
def owner(team):
    """The rep whose customer it is."""
    return make_user("owner@example.com", name="Olivia Owner", team=team)


@pytest.fixture
def mate(team):
    """A rep of the same team: sees nothing of it."""
    return make_user("mate@example.com", name="Max Mate", team=team)


@pytest.fixture
def manager(team):
    return make_user("manager@example.com", name="Mia Manager", team=team, role=User.Role.MANAGER)


@pytest.fixture
def stranger(db):
    """A rep of another team."""
    return make_user("stranger@example.com", name="Sam Stranger", team=make_team("Iberia"))


@pytest.fixture
def admin(db):
    return make_user("admin@example.com", name="Ada Admin", role=User.Role.ADMIN)


@pytest.fixture
def customer(owner):
    return make_customer("Fjord Handel AS", owner=owner)


@pytest.fixture
def note(customer):
    """Written by the customer's owner."""
    return make_note(customer)


@pytest.fixture
def client_for():
    """client_for(user): a test client signed in as that user; None stays anonymous."""

    def sign_in(user):
        client = Client()
        if user:
            client.force_login(user)
        return client

    return sign_in
