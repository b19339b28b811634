"""Who may remove the demo company, and who goes on after it."""

import pytest
from django.urls import reverse

from accounts.models import User
from crm.demo import REP_EMAIL
from crm.models import Customer

pytestmark = pytest.mark.once

ADMINISTRATOR = {
    "name": "Ada Own",
    "email": "ada@own.example",
    "password1": "correct horse battery",
    "password2": "correct horse battery",
}


def test_page_asks_who_goes_on_then_removes_and_signs_him_in(demo, rep, client_for, monkeypatch):
    announced = []
    monkeypatch.setattr("crm.views.demo.announce", lambda: announced.append(1))
    client = client_for(rep)
    page = client.get(reverse("demo_remove")).content.decode()
    assert "40 customers" in page
    assert 'name="password1"' in page
    response = client.post(reverse("demo_remove"), ADMINISTRATOR, follow=True)
    assert response.redirect_chain[-1][0] == reverse("customers")
    ada = User.objects.get()
    assert (ada.email, ada.role, ada.is_demo) == ("ada@own.example", User.Role.ADMIN, False)
    assert ada.check_password("correct horse battery")
    assert response.context["user"] == ada
    assert not Customer.objects.exists()
    assert len(announced) == 1, "what is left is computed anew"
    # A second click on the same button finds nothing to do.
    assert client.post(reverse("demo_remove"), ADMINISTRATOR).status_code == 302
    assert User.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"email": REP_EMAIL},
        {"name": ""},
        {"password1": "short", "password2": "short"},
        {"password1": "ada@own.example", "password2": "ada@own.example"},
        {"password2": "something else altogether"},
    ],
)
def test_page_refuses_a_bad_administrator_and_removes_nothing(demo, rep, client_for, wrong):
    response = client_for(rep).post(reverse("demo_remove"), ADMINISTRATOR | wrong)
    assert response.status_code == 422
    assert response.context["form"].errors
    assert Customer.objects.count() == 40
    assert not User.objects.filter(is_demo=False).exists()


@pytest.mark.slow
def test_an_administrator_removes_it_without_questions(demo, admin, client_for):
    client = client_for(admin)
    assert 'name="password1"' not in client.get(reverse("demo_remove")).content.decode()
    assert client.post(reverse("demo_remove"), follow=True).context["user"] == admin
    assert not Customer.objects.exists()


def test_strangers_and_demo_users_beside_a_real_administrator_are_refused(
    demo, rep, admin, stranger, client_for
):
    for user in (rep, stranger):
        for method in ("get", "post"):
            assert getattr(client_for(user), method)(reverse("demo_remove")).status_code == 403
    assert Customer.objects.count() == 40


def test_a_real_rep_is_refused_while_there_is_no_administrator(demo, stranger, client_for):
    assert client_for(stranger).post(reverse("demo_remove"), ADMINISTRATOR).status_code == 403


def test_anonymous_visitors_must_sign_in(demo, db, client_for):
    response = client_for(None).post(reverse("demo_remove"), ADMINISTRATOR)
    assert response.status_code == 302
    assert response.url.startswith(reverse("accounts:sign_in"))
    assert Customer.objects.count() == 40
