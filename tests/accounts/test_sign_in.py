from datetime import UTC, datetime, timedelta

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from django.urls import reverse

from accounts.models import SignInLink
from tests.factories import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SIGN_IN = "/accounts/sign-in/"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


def signed_in(client):
    return "_auth_user_id" in client.session


def link_of(user, now=NOON):
    return reverse("accounts:sign_in_link", args=[SignInLink.issue(user, now)])


def test_the_right_password_signs_in_whatever_the_case_of_the_address(client, owner):
    response = client.post(SIGN_IN, {"username": "Owner@Example.COM", "password": PASSWORD})
    assert response.status_code == 302
    assert response.url == "/"
    assert signed_in(client)


def test_a_wrong_password_and_an_unknown_address_get_the_same_answer(client, owner):
    answers = [
        client.post(SIGN_IN, {"username": email, "password": "wrong"})
        for email in ("owner@example.com", "nobody@example.com")
    ]
    assert [answer.status_code for answer in answers] == [200, 200]
    assert not signed_in(client)
    first, second = (answer.context["form"].errors.as_json() for answer in answers)
    assert first == second


def test_an_account_that_is_switched_off_cannot_sign_in(client, owner):
    owner.is_active = False
    owner.save()
    client.post(SIGN_IN, {"username": owner.email, "password": PASSWORD})
    assert not signed_in(client)


def test_after_sign_in_one_goes_where_one_wanted_to(client, owner):
    wanted = client.get("/customers/?q=Fjord")
    assert wanted.url == f"{SIGN_IN}?next=/customers/%3Fq%3DFjord"
    response = client.post(wanted.url, {"username": owner.email, "password": PASSWORD})
    assert response.url == "/customers/?q=Fjord"


@pytest.mark.parametrize(
    "target", ["https://evil.example/", "//evil.example/", "/\\evil.example", "javascript:alert(1)"]
)
def test_sign_in_and_language_never_lead_to_another_site(client, owner, target):
    response = client.post(
        f"{SIGN_IN}?next={target}", {"username": owner.email, "password": PASSWORD, "next": target}
    )
    assert response.url == "/"
    response = client.post("/accounts/language/", {"language": "ko", "next": target})
    assert response.url == "/"


def test_signing_out_takes_a_post(client, owner):
    client.force_login(owner)
    assert client.get("/accounts/sign-out/").status_code == 405
    assert signed_in(client)
    assert client.post("/accounts/sign-out/").url == SIGN_IN
    assert not signed_in(client)


def test_opening_a_sign_in_link_does_not_use_it_up(client, owner, time_machine):
    time_machine.move_to(NOON)
    link = link_of(owner)
    for _ in range(2):
        page = client.get(link)
        assert page.status_code == 200
        assert not signed_in(client)
    assert client.post(link).url == "/"
    assert signed_in(client)


@pytest.mark.both
def test_a_sign_in_link_works_once(client, client_for, owner, time_machine):
    time_machine.move_to(NOON)
    link = link_of(owner)
    client.post(link)
    other = client_for(None)
    assert other.get(link).status_code == 410
    assert other.post(link).status_code == 410
    assert not signed_in(other)


def test_a_sign_in_link_expires_after_a_day(client, owner, time_machine):
    link = link_of(owner)
    time_machine.move_to(NOON + timedelta(days=1, seconds=1))
    assert client.post(link).status_code == 410
    assert not signed_in(client)


def test_a_sign_in_link_of_an_account_that_is_switched_off_does_not_work(client, owner, time_machine):
    time_machine.move_to(NOON)
    link = link_of(owner)
    owner.is_active = False
    owner.save()
    assert client.post(link).status_code == 410


def test_a_guessed_link_says_that_it_does_not_work(client):
    assert client.get("/accounts/sign-in/guess/").status_code == 410


def test_the_token_of_a_link_is_not_kept(owner):
    token = SignInLink.issue(owner, NOON)
    assert token not in str(SignInLink.objects.values().get())


def test_the_command_prints_a_link_that_works(client, owner, capsys):
    call_command("sign_in_link", "Owner@example.com", base="https://crm.example.com/")
    link = capsys.readouterr().out.strip()
    assert link.startswith("https://crm.example.com/accounts/sign-in/")
    assert client.post(link.removeprefix("https://crm.example.com")).url == "/"


def test_the_command_refuses_who_does_not_exist():
    with pytest.raises(CommandError, match=r"nobody@example\.com"):
        call_command("sign_in_link", "nobody@example.com")


@pytest.mark.parametrize("asked", [[], [""]])
def test_the_command_asks_whose_link_it_is_to_be(asked):
    with pytest.raises(CommandError, match=r"make link EMAIL=you@example\.com"):
        call_command("sign_in_link", *asked)


def test_a_sign_in_form_without_its_token_is_refused(owner):
    client = Client(enforce_csrf_checks=True)
    assert client.post(SIGN_IN, {"username": owner.email, "password": PASSWORD}).status_code == 403
