"""Five failures for one name from one address close the door for a quarter of an hour."""

from datetime import UTC, datetime, timedelta

import pytest
from axes.models import AccessAttempt

from accounts.locks import client_address
from tests.factories import PASSWORD

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SIGN_IN = "/accounts/sign-in/"
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


def attempt(client, email="owner@example.com", password="wrong", **extra):
    return client.post(SIGN_IN, {"username": email, "password": password}, **extra)


def fail(client, times=5, **how):
    return [attempt(client, **how).status_code for _ in range(times)]


def signed_in(client):
    return "_auth_user_id" in client.session


@pytest.mark.both
def test_the_fifth_failure_locks_and_the_right_password_does_not_open(client, owner):
    assert fail(client) == [200, 200, 200, 200, 429]
    answer = attempt(client, password=PASSWORD)
    assert answer.status_code == 429
    assert not signed_in(client)


def test_the_page_says_so_in_words_and_when_to_try_again(client, owner, time_machine):
    fail(client)
    time_machine.move_to(NOON + timedelta(minutes=4, seconds=30), tick=False)
    answer = attempt(client, password=PASSWORD)
    assert "Too many tries" in answer.content.decode()
    assert "Try again in 11 minutes" in answer.content.decode()
    assert answer["Retry-After"] == "630"
    assert "default-src 'none'" in answer["Content-Security-Policy"]
    assert answer["X-Frame-Options"] == "DENY"


def test_after_a_quarter_of_an_hour_it_opens_and_knocking_did_not_prolong_it(client, owner, time_machine):
    fail(client)
    time_machine.move_to(NOON + timedelta(minutes=14), tick=False)
    assert attempt(client, password=PASSWORD).status_code == 429
    time_machine.move_to(NOON + timedelta(minutes=15, seconds=1), tick=False)
    assert attempt(client, password=PASSWORD).url == "/"
    assert signed_in(client)


def test_success_wipes_the_slate(client, client_for, owner):
    fail(client, 4)
    attempt(client, password=PASSWORD)
    assert fail(client_for(None), 4) == [200, 200, 200, 200]


def test_a_name_that_does_not_exist_behaves_the_same(client, client_for, owner):
    known, unknown = client, client_for(None)
    for _ in range(6):
        answers = [attempt(known), attempt(unknown, email="nobody@example.com")]
        assert answers[0].status_code == answers[1].status_code
    pages = [answer.content.decode() for answer in answers]
    assert pages[0].count("Too many tries") == pages[1].count("Too many tries") > 0


def test_a_colleague_at_another_desk_and_another_name_are_not_locked(client, client_for, owner, mate):
    fail(client)
    assert attempt(client_for(None), password=PASSWORD, REMOTE_ADDR="203.0.113.9").url == "/"
    assert attempt(client_for(None), email=mate.email, password=PASSWORD).url == "/"


def test_another_case_or_browser_is_the_same_name(client, owner):
    for n, email in enumerate(["owner@example.com", "Owner@Example.com", "OWNER@EXAMPLE.COM"] * 2):
        answer = attempt(client, email=email, HTTP_USER_AGENT=f"browser {n % 2}")
    assert answer.status_code == 429


def test_no_password_is_kept_with_a_failure(client, owner):
    attempt(client, password="nearly my password")
    assert "nearly my password" not in str(AccessAttempt.objects.values().get())


@pytest.mark.both
def test_old_failures_are_cleared_away(client, owner, time_machine):
    fail(client, 2)
    time_machine.move_to(NOON + timedelta(hours=1), tick=False)
    attempt(client, email="nobody@example.com")
    assert AccessAttempt.objects.count() == 1


@pytest.mark.parametrize(
    ("behind", "forwarded", "seen"),
    [
        (False, "198.51.100.7", "192.0.2.1"),
        (True, "198.51.100.7", "198.51.100.7"),
        (True, "10.9.9.9, 198.51.100.7", "198.51.100.7"),
        (True, "", "192.0.2.1"),
        (True, "nonsense", None),
        (True, "2001:db8:1:2:aaaa::1", "2001:db8:1:2::"),
        (True, "::ffff:198.51.100.7", "198.51.100.7"),
    ],
)
def test_a_proxy_is_believed_only_where_there_is_one(rf, settings, behind, forwarded, seen):
    settings.BEHIND_PROXY = behind
    headers = {"HTTP_X_FORWARDED_FOR": forwarded} if forwarded else {}
    assert client_address(rf.get("/", REMOTE_ADDR="192.0.2.1", **headers)) == seen


def test_made_up_addresses_do_not_get_round_the_lock(client, owner):
    for n in range(6):
        answer = attempt(client, HTTP_X_FORWARDED_FOR=f"198.51.100.{n}")
    assert answer.status_code == 429
