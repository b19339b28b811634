import pytest
from django.apps import apps
from django.contrib.auth.models import AnonymousUser
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.utils import timezone

from accounts.access import get_editable, get_visible, visible
from accounts.models import User
from crm.models import Customer, Note, Promise
from tests.factories import make_customer, make_user

pytestmark = pytest.mark.django_db


def names(user):
    return set(visible(user, Customer.objects).values_list("name", flat=True))


def test_a_rep_sees_his_own_customers_a_manager_his_teams_an_administrator_all(
    customer, owner, mate, manager, stranger, admin
):
    make_customer("Mate's", owner=mate)
    make_customer("Stranger's", owner=stranger)
    make_customer("Nobody's", owner=None)
    assert names(owner) == {"Fjord Handel AS"}
    assert names(mate) == {"Mate's"}
    assert names(manager) == {"Fjord Handel AS", "Mate's"}
    assert names(stranger) == {"Stranger's"}
    assert names(admin) == {"Fjord Handel AS", "Mate's", "Stranger's", "Nobody's"}


def test_managers_of_other_teams_and_of_none_see_nothing_of_it(customer):
    assert names(make_user(role=User.Role.MANAGER)) == set()
    make_customer("Of a rep without team", owner=make_user())
    assert names(make_user(role=User.Role.MANAGER)) == set()


def test_who_is_not_signed_in_or_switched_off_sees_nothing(customer, owner):
    owner.is_active = False
    assert names(owner) == names(AnonymousUser()) == set()


def test_a_row_that_may_not_be_seen_does_not_exist(customer, owner, stranger):
    assert get_visible(owner, Customer.objects, pk=customer.pk) == customer
    with pytest.raises(Http404):
        get_visible(stranger, Customer.objects, pk=customer.pk)


def test_a_colleagues_note_may_be_read_and_not_changed(customer, owner, manager, stranger, admin, note):
    assert get_visible(manager, Note.objects, pk=note.pk) == note
    with pytest.raises(PermissionDenied):
        get_editable(manager, Note.objects, pk=note.pk)
    with pytest.raises(Http404):
        get_editable(stranger, Note.objects, pk=note.pk)
    assert get_editable(owner, Note.objects, pk=note.pk) == note
    assert get_editable(admin, Note.objects, pk=note.pk) == note


def test_a_private_note_stays_with_its_author(customer, owner, manager, admin, note):
    note.private = True
    note.save()
    assert visible(owner, Note.objects).exists()
    assert not visible(manager, Note.objects).exists()
    assert not visible(admin, Note.objects).exists()


def test_every_table_that_hangs_on_a_customer_says_who_may_see_it():
    """So that a new one cannot be read through the doors without a rule."""

    def reaches_customer(model):
        return any(field.related_model is Customer for field in model._meta.concrete_fields)

    models = [
        model
        for model in apps.get_models()
        # What a row was before is reached through the row.
        if model._meta.app_label in {"crm", "analytics"} and not hasattr(model, "history_object")
    ]
    assert not [
        model.__name__ for model in models if reaches_customer(model) and not hasattr(model, "access_q")
    ]


def test_a_promise_is_seen_by_whoever_sees_its_note(owner, mate, manager, stranger, admin, customer):
    """Private, of no customer, deleted: the promise goes where the note goes, by whichever road the query takes."""
    kinds = [{}, {"private": True}, {"customer": None}, {"deleted_at": timezone.now()}, {"author": manager}]
    notes = [Note.objects.create(**{"customer": customer, "author": owner, "happened_at": timezone.now(), "text": "?"} | kind)
             for kind in kinds]  # fmt: skip
    for note in notes:
        Promise.objects.create(note=note, text="Samples")
    seen = {}
    for user in (owner, mate, manager, stranger, admin):
        seen[user] = set(visible(user, Note.objects))
        assert {promise.note for promise in visible(user, Promise.objects)} == seen[user]
    plain, private, loose, deleted, others = notes
    assert seen[owner] == {plain, private, loose, others}
    assert seen[manager] == seen[admin] == {plain, others}
    assert not seen[mate] | seen[stranger]
    assert deleted not in seen[owner]
