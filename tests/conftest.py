"""The people of every access test, and one customer of theirs."""

import gc
from collections import defaultdict
from contextlib import ExitStack

import pytest
from django.db import connection
from django.test import Client
from django.utils import translation
from hypothesis import settings

from accounts.models import User
from tests import databases
from tests.factories import make_customer, make_note, make_team, make_user
from tests.scheduling import Scheduling

# A busy machine is no failure: no example is timed. The slow round tries them all again, with as many as usual.
settings.register_profile("quick", deadline=None, max_examples=25)
settings.register_profile("full", deadline=None, max_examples=100)
settings.load_profile("quick")

# A tenth of the time goes into looking for garbage among what is imported, which is none.
gc.set_threshold(50_000, 20, 100)

# `site` of the slow tests is an installation of its own, on the same server.
DATABASE_FIXTURES = {"db", "transactional_db", "django_db_setup", "site"}


def pytest_collection_modifyitems(config, items):
    """What touches no database says on PostgreSQL what it said on SQLite: once is enough."""
    for item in [*cases_between(items), *filter(is_once, items)]:
        item.add_marker(pytest.mark.spared)
    if connection.vendor != "postgresql":
        return
    without = [item for item in items if not touches_database(item)]
    config.hook.pytest_deselected(items=without)
    items[:] = [item for item in items if touches_database(item)]


def is_once(item):
    return item.get_closest_marker("once") and not item.get_closest_marker("both")


def cases_between(items):
    """Cases of one test ask much the same of the database, and differ in what is typed and shown."""
    cases = defaultdict(list)
    for item in items:
        both = item.get_closest_marker("both")
        if (both and "every case" in both.args) or item.get_closest_marker("slow") or is_once(item):
            continue
        cases[item.nodeid.split("[")[0]].append(item)
    return [item for of_one_test in cases.values() for item in of_one_test[1:-1]]


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config, log):
    return Scheduling(config, log) if config.getvalue("dist") == "loadscope" else None


def pytest_collection_finish():
    gc.freeze()


def touches_database(item):
    return item.get_closest_marker("django_db") or DATABASE_FIXTURES & set(item.fixturenames)


@pytest.fixture(scope="session")
def django_db_setup(request, django_test_environment, django_db_blocker):
    """In the place of pytest-django's, which migrates in every process."""
    of_xdist = getattr(request.config, "workerinput", None)
    made = (
        databases.copied(of_xdist["testrunuid"], of_xdist["workerid"]) if of_xdist else databases.migrated()
    )
    with ExitStack() as ends:
        with django_db_blocker.unblock():
            ends.enter_context(made)
        yield
        with django_db_blocker.unblock():
            ends.close()


@pytest.fixture(autouse=True)
def in_english():
    """A page that some test showed in Korean leaves its thread in Korean."""
    with translation.override("en"):
        yield


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
