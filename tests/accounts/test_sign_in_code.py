"""The second step of signing in."""

from datetime import UTC, datetime, timedelta

import pytest
from axes.models import AccessAttempt
from django.urls import reverse

from accounts.models import SignInLink
from tests.accounts.codes import code_at, switch_on
from tests.factories import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SIGN_IN, CODE = "/accounts/sign-in/", "/accounts/sign-in/code/"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def factor(owner):
    """(key, backup codes)"""
    return switch_on(owner, NOON - timedelta(minutes=10))


def signed_in(client):
    return "_auth_user_id" in client.session


def first_step(client, user, target=""):
    return client.post(SIGN_IN, {"username": user.email, "password": PASSWORD, "next": target})


def test_the_password_alone_signs_nobody_in(client, owner, factor):
    assert first_step(client, owner).url == CODE
    assert not signed_in(client)
    assert client.get("/customers/").status_code == 302
    page = client.get(CODE)
    assert page.status_code == 200
    assert "no-store" in page["Cache-Control"]


def test_the_code_does_and_leads_where_one_wanted_to_go(client, owner, factor):
    first_step(client, owner, "/customers/?q=Fjord")
    key = client.session.session_key
    assert client.post(CODE, {"code": code_at(factor[0], NOON)}).url == "/customers/?q=Fjord"
    assert signed_in(client)
    assert client.session.session_key != key
    assert client.get(CODE).url == "/"


@pytest.mark.both
def test_a_backup_code_does_too_once_and_is_remembered(client, client_for, owner, factor):
    code = factor[1][0]
    first_step(client, owner)
    assert client.post(CODE, {"code": code}).url == "/"
    assert "Signed in with a backup code" in client.get("/accounts/settings/").content.decode()
    other = client_for(None)
    first_step(other, owner)
    assert other.post(CODE, {"code": code}).status_code == 422
    assert not signed_in(other)


def test_a_sign_in_link_asks_for_the_code_as_well(client, owner, factor):
    link = reverse("accounts:sign_in_link", args=[SignInLink.issue(owner, NOON)])
    assert client.post(link).url == CODE
    assert not signed_in(client)
    client.post(CODE, {"code": code_at(factor[0], NOON)})
    assert signed_in(client)


@pytest.mark.parametrize("target", ["https://evil.example/", "//evil.example/"])
def test_it_never_leads_to_another_site(client, owner, factor, target):
    first_step(client, owner, target)
    assert client.post(CODE, {"code": code_at(factor[0], NOON)}).url == "/"


def test_after_five_minutes_one_begins_again(client, owner, factor, time_machine):
    first_step(client, owner, "/customers/")
    later = NOON + timedelta(minutes=5, seconds=1)
    time_machine.move_to(later, tick=False)
    answer = client.post(CODE, {"code": code_at(factor[0], later)})
    assert answer.url == f"{SIGN_IN}?next=%2Fcustomers%2F"
    assert not signed_in(client)
    assert "Sign in again" in client.get(answer.url).content.decode()
    assert client.post(CODE, {"code": code_at(factor[0], later)}).url == SIGN_IN


def test_who_is_switched_off_or_changed_the_password_meanwhile_begins_again(client, owner, factor):
    code = code_at(factor[0], NOON)
    first_step(client, owner)
    owner.set_password("another honest password")
    owner.save()
    assert client.post(CODE, {"code": code}).url.startswith(SIGN_IN)
    owner.set_password(PASSWORD)
    owner.save()
    first_step(client, owner)
    owner.is_active = False
    owner.save()
    assert client.post(CODE, {"code": code}).url.startswith(SIGN_IN)
    assert not signed_in(client)


def test_who_comes_by_himself_begins_at_the_beginning(client):
    assert client.get(CODE).url == SIGN_IN
    assert client.post(CODE, {"code": "123456"}).url == SIGN_IN


def test_a_code_is_not_used_twice_in_two_browsers(client, client_for, owner, factor):
    code, other = code_at(factor[0], NOON), client_for(None)
    first_step(client, owner)
    first_step(other, owner)
    client.post(CODE, {"code": code})
    assert other.post(CODE, {"code": code}).status_code == 422
    assert not signed_in(other)


def test_quick_guesses_are_told_to_wait(client, owner, factor):
    first_step(client, owner)
    assert "not right" in client.post(CODE, {"code": "000000"}).content.decode()
    answer = client.post(CODE, {"code": code_at(factor[0], NOON)})
    assert answer.status_code == 422
    assert "Wait 1 second" in answer.content.decode()
    assert not signed_in(client)


def test_guessed_codes_lock_like_guessed_passwords(client, owner, factor, time_machine):
    first_step(client, owner)
    answers = []
    for n in range(5):
        time_machine.move_to(NOON + timedelta(seconds=20 * n), tick=False)
        answers.append(client.post(CODE, {"code": "000000"}).status_code)
    assert answers == [422, 422, 422, 422, 429]
    later = NOON + timedelta(minutes=3)
    time_machine.move_to(later, tick=False)
    assert client.post(CODE, {"code": code_at(factor[0], later)}).status_code == 429
    assert first_step(client, owner).status_code == 429
    assert not signed_in(client)


def test_a_failed_code_is_not_kept_with_the_failure(client, owner, factor):
    first_step(client, owner)
    client.post(CODE, {"code": "987654"})
    assert "987654" not in str(AccessAttempt.objects.values().get())


def test_the_admin_site_asks_for_the_second_factor(client, client_for, admin):
    key, _ = switch_on(admin, NOON - timedelta(minutes=10))
    sent = client.get("/admin/", follow=True)
    assert sent.redirect_chain[-1][0] == f"{SIGN_IN}?next=%2Fadmin%2F"
    assert first_step(client, admin, "/admin/").url == CODE
    assert client.post(CODE, {"code": code_at(key, NOON)}).url == "/admin/"
    assert client.get("/admin/").status_code == 200
    # A session that never showed one, however it came to be.
    owing = client_for(admin)
    assert owing.get("/admin/", follow=True).redirect_chain[-1][0] == CODE
    assert owing.get("/admin/accounts/user/").status_code == 302


def test_the_admin_sites_own_sign_in_form_is_no_way_round(client, admin):
    switch_on(admin, NOON - timedelta(minutes=10))
    answer = client.post("/admin/login/?next=/admin/", {"username": admin.email, "password": PASSWORD})
    assert answer.url.startswith(SIGN_IN)
    assert not signed_in(client)
    assert client.get("/admin/login/?next=https://evil.example/").url == f"{SIGN_IN}?next=%2Fadmin%2F"
