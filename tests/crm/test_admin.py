from datetime import date

import pytest
from django.apps import apps
from django.contrib import admin as site
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.models import SignInLink, User
from crm.models import Customer, ImportRun, Order, OrderLine, Product, Promise, SearchDocument
from tests.factories import make_customer, make_note, make_order

pytestmark = pytest.mark.once

REGISTERED = sorted(
    (model for model in site.site._registry if model._meta.app_label in ("accounts", "crm", "analytics")),
    key=lambda model: model._meta.label,
)
each_model = pytest.mark.parametrize("model", REGISTERED, ids=lambda model: model._meta.label)


def url(model, page, *arguments):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{page}", args=arguments)


def test_every_table_is_here():
    inlines = {inline.model for entry in site.site._registry.values() for inline in entry.inlines}
    models = {
        model for app in ("accounts", "crm", "analytics") for model in apps.get_app_config(app).get_models()
    }
    # What a row was before is shown on the row's own page.
    models = {model for model in models if not hasattr(model, "history_object")}
    # Lines on their way in, gone as soon as their import is applied; the index, which holds what private notes say.
    assert models - set(REGISTERED) - inlines == {SearchDocument}


@each_model
def test_every_list_and_form_opens(model, client_for, admin, customer):
    make_order(customer)
    client = client_for(admin)
    assert client.get(url(model, "changelist")).status_code == 200
    assert client.get(url(model, "changelist"), {"q": "1"}).status_code == 200
    assert client.get(url(model, "add")).status_code in (200, 403)


def test_a_list_of_lines_asks_as_often_for_fifty_as_for_five(client_for, admin, customer):
    client, counts = client_for(admin), []
    for wanted in (5, 45):
        for n in range(wanted):
            make_order(customer, date(2026, 1, 1 + n % 28))
        with CaptureQueriesContext(connection) as queries:
            client.get(url(OrderLine, "changelist"))
        counts.append(len(queries))
    assert counts[0] == counts[1]


@pytest.mark.both
@pytest.mark.parametrize("model", [Order, OrderLine], ids=["orders", "lines"])
def test_deleting_many_counts_the_change(model, client_for, admin, customer):
    make_order(customer)
    before = Customer.objects.get().orders_rev
    data = {"action": "delete_selected", "_selected_action": [model.objects.get().pk], "post": "yes"}
    client_for(admin).post(url(model, "changelist"), data)
    assert not model.objects.exists()
    assert Customer.objects.get().orders_rev > before


def test_moving_an_order_to_another_customer_counts_at_both(client_for, admin, customer):
    order, other = make_order(customer), make_customer()
    before = {row.pk: row.orders_rev for row in Customer.objects.all()}
    data = {"customer": other.pk, "number": order.number, "ordered_on": "2026-02-01", "currency": "EUR"}
    data |= {"kind": "order", "status": "received", "learn": "on"}
    response = client_for(admin).post(url(Order, "change", order.pk), data)
    assert response.status_code == 302
    order.refresh_from_db()
    assert order.customer == other
    assert all(row.orders_rev > before[row.pk] for row in Customer.objects.all())


def test_a_link_can_be_taken_back_but_not_made_here(client_for, admin, owner):
    token = SignInLink.issue(owner, timezone.now())
    client, link = client_for(admin), SignInLink.objects.get()
    assert client.get(url(SignInLink, "add")).status_code == 403
    assert link.token_hash not in client.get(url(SignInLink, "change", link.pk)).content.decode()
    client.post(url(SignInLink, "delete", link.pk), {"post": "yes"})
    assert SignInLink.redeem(token, timezone.now()) is None


def test_a_private_note_of_somebody_else_is_not_shown(client_for, admin, customer):
    note = make_note(customer, text="between us", private=True)
    client = client_for(admin)
    assert "between us" not in client.get(url(type(note), "changelist")).content.decode()
    assert client.get(url(type(note), "change", note.pk)).status_code == 302
    promise = Promise.objects.create(note=note, text="a discount of 8 %")
    assert promise.text not in client.get(url(Promise, "changelist")).content.decode()


def test_deleting_a_customer_does_not_tell_what_was_promised_in_private(client_for, admin, customer):
    Promise.objects.create(
        note=make_note(customer, text="between us", private=True), text="a discount of 8 %"
    )
    page = client_for(admin).get(url(Customer, "delete", customer.pk)).content.decode()
    assert "Fjord Handel AS" in page
    assert "a discount of 8 %" not in page
    assert "between us" not in page


@pytest.mark.parametrize("model", [Order, OrderLine], ids=["order", "line"])
def test_deleting_one_counts_the_change(model, client_for, admin, customer):
    make_order(customer)
    before = Customer.objects.get().orders_rev
    client_for(admin).post(url(model, "delete", model.objects.get().pk), {"post": "yes"})
    assert not model.objects.exists()
    assert Customer.objects.get().orders_rev > before


def test_a_user_added_here_has_a_hashed_password_and_can_sign_in(client_for, admin):
    word = "a Long enough phrase"
    data = {"email": "New@Example.com", "name": "New", "role": "rep", "password1": word, "password2": word}
    client_for(admin).post(url(User, "add"), data)
    user = User.objects.get(email="new@example.com")
    assert user.password != word
    assert user.check_password(word)


def test_only_administrators_come_in(client_for, owner, manager):
    for user in (owner, manager):
        assert client_for(user).get("/admin/").status_code == 302


@pytest.mark.parametrize(
    ("model", "kind"),
    [(Customer, "customers"), (Product, "products"), (Order, "orders"), (OrderLine, "orders")],
)
def test_a_list_offers_the_wizard_for_its_kind(model, kind, client_for, admin):
    client = client_for(admin)
    page = client.get(url(model, "changelist")).content.decode()
    address = f"{reverse('import_new')}?kind={kind}"
    assert address in page
    assert f'<option value="{kind}" selected>' in client.get(address).content.decode()


def test_the_index_and_the_runs_lead_to_the_wizard(client_for, admin):
    client = client_for(admin)
    for address in (reverse("admin:index"), url(ImportRun, "changelist")):
        assert f'href="{reverse("import_new")}"' in client.get(address).content.decode()
