import pytest
from django.core.management import call_command
from django.db import connection

from crm.models import SearchDocument
from tests.crm.searching.test_index import documents, found
from tests.factories import make_customer, make_note, make_person, make_user

# Most migrations are taken back and made again.
pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def test_what_was_there_before_is_found_after_the_migration_and_it_can_be_taken_back():
    customer = make_customer("Étoile SARL", owner=make_user())
    make_person(customer)
    note = make_note(customer)
    fresh = documents()
    try:
        call_command("migrate", "crm", "0002", verbosity=0)
        assert SearchDocument._meta.db_table not in connection.introspection.table_names()
        assert "crm_searchgrams" not in connection.introspection.table_names()
    finally:
        call_command("migrate", verbosity=0)
    assert documents() == fresh
    assert found("customer", "etoile") == [customer]
    assert found("note", "price list") == [note]
