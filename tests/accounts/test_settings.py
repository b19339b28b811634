import pytest
from django.test import Client
from django.urls import reverse

from accounts.models import SignInLink, User
from tests.factories import PASSWORD, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]
SETTINGS = "/accounts/settings/"
NEW = "another honest password"
CHOSEN = {
    "name": "Olivia O.",
    "time_zone": "Asia/Seoul",
    "language": "ko",
    "date_format": "y.MM.dd",
    "number_format": "1.234,5",
    "week_start": "6",
}


def is_in(client):
    return client.get(SETTINGS).status_code == 200


def test_everything_chosen_is_kept_and_shown_again(client_for, owner):
    client = client_for(owner)
    assert client.post(SETTINGS, CHOSEN).url == SETTINGS
    page = client.get(SETTINGS)
    owner.refresh_from_db()
    assert {name: str(getattr(owner, name)) for name in CHOSEN} == CHOSEN
    assert page["Content-Language"] == "ko"
    for value in ("Asia/Seoul", "ko", "y.MM.dd", "1.234,5", "6"):
        assert f'<option value="{value}" selected>' in page.content.decode()


def test_what_is_refused_stays_typed_and_changes_nothing(client_for, owner):
    page = client_for(owner).post(SETTINGS, CHOSEN | {"name": "", "time_zone": "Mars/Olympus"})
    assert page.status_code == 422
    assert "Mars/Olympus” is not a time zone" in page.content.decode()
    assert "Olivia Owner" in page.content.decode()
    assert '<option value="y.MM.dd" selected>' in page.content.decode()
    owner.refresh_from_db()
    assert owner.date_format == ""


def test_the_list_of_zones_has_todays_spellings_and_the_one_that_is_set(client_for, owner):
    client = client_for(owner)
    page = client.get(SETTINGS).content.decode()
    assert '<option value="Asia/Kolkata">Kolkata</option>' in page
    assert "Asia/Calcutta" not in page
    client.post(SETTINGS, CHOSEN | {"language": "en", "time_zone": "Asia/Calcutta"})
    assert '<option value="Asia/Calcutta" selected>' in client.get(SETTINGS).content.decode()


def test_zones_have_their_names_in_the_readers_language(client_for, owner):
    owner.language = "ko"
    owner.save()
    assert '<option value="Asia/Seoul">서울</option>' in client_for(owner).get(SETTINGS).content.decode()


def test_nobody_changes_role_or_address_here(client_for, owner):
    client_for(owner).post(SETTINGS, CHOSEN | {"role": "admin", "email": "x@example.com", "is_active": ""})
    owner.refresh_from_db()
    assert (owner.role, owner.email, owner.is_active) == (User.Role.REP, "owner@example.com", True)


def test_signing_out_everywhere_leaves_this_browser_alone(client_for, owner, mate):
    here, there, his = client_for(owner), client_for(owner), client_for(mate)
    link = reverse("accounts:sign_in_link", args=[SignInLink.issue(owner, owner.created_at)])
    key = here.session.session_key
    here.post(reverse("accounts:sign_out_everywhere"))
    assert (is_in(here), is_in(there), is_in(his)) == (True, False, True)
    assert here.session.session_key != key
    assert Client().get(link).status_code == 410
    assert "Signed out everywhere" in here.get(SETTINGS).content.decode()


def test_signing_out_everywhere_and_here(client_for, owner):
    here, there = client_for(owner), client_for(owner)
    assert here.post(reverse("accounts:sign_out_everywhere"), {"here": "1"}).url == "/accounts/sign-in/"
    assert not is_in(here)
    assert not is_in(there)


def test_signing_out_everywhere_takes_a_post(client_for, owner):
    client = client_for(owner)
    assert client.get(reverse("accounts:sign_out_everywhere")).status_code == 405
    assert is_in(client)


def change(client, old=PASSWORD, new=NEW, again=None):
    data = {"old_password": old, "new_password1": new, "new_password2": again or new}
    return client.post(reverse("accounts:password"), data)


def test_a_new_password_ends_every_other_session(client_for, owner):
    here, there = client_for(owner), client_for(owner)
    assert change(here).url == SETTINGS
    assert (is_in(here), is_in(there)) == (True, False)
    owner.refresh_from_db()
    assert owner.check_password(NEW)


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ({"old": "wrong"}, "old password was entered incorrectly"),
        ({"new": "short"}, "too short"),
        ({"new": "12345678901"}, "entirely numeric"),
        ({"new": "owner@example.com"}, "too similar"),
        ({"again": "something else"}, "match"),
    ],
)
def test_a_password_that_is_refused_says_why(client_for, owner, typed, said):
    page = change(client_for(owner), **typed)
    assert page.status_code == 422
    assert said in page.content.decode()
    owner.refresh_from_db()
    assert owner.check_password(PASSWORD)


def test_what_a_password_must_be_is_said_beforehand(client_for, owner):
    assert "at least 8" in client_for(owner).get(reverse("accounts:password")).content.decode()


def test_who_has_no_password_chooses_one_without_being_asked_for_it(client_for):
    user = make_user("link@example.com", password=None)
    client = client_for(user)
    assert "Choose a password" in client.get(SETTINGS).content.decode()
    assert 'name="old_password"' not in client.get(reverse("accounts:password")).content.decode()
    client.post(reverse("accounts:password"), {"new_password1": NEW, "new_password2": NEW})
    user.refresh_from_db()
    assert user.check_password(NEW)


def test_a_password_is_not_guessed_from_an_open_session(client_for, owner):
    client = client_for(owner)
    answers = [change(client, old=f"guess {n}").status_code for n in range(6)]
    assert answers == [422, 422, 422, 422, 429, 429]
    assert change(client).status_code == 429


def test_pages_about_passwords_and_codes_are_not_kept_by_the_browser(client_for, owner):
    client = client_for(owner)
    for name in ("accounts:password", "accounts:two_factor"):
        assert "no-store" in client.get(reverse(name))["Cache-Control"]
