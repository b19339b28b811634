import smtplib
from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse

from accounts import mail
from accounts.models import SignInLink, User
from tests.factories import make_customer, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]
INVITE = reverse("accounts:invite")
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
WHO = {"email": "Nora@Example.com", "name": "Nora", "role": "manager"}
WORD = "a long enough phrase"
JOINING = {
    "name": "Nora New",
    "time_zone": "Asia/Seoul",
    "language": "ko",
    "password1": WORD,
    "password2": WORD,
}


@pytest.fixture(autouse=True)
def noon(time_machine):
    time_machine.move_to(NOON, tick=False)


@pytest.fixture
def boss(client_for, admin):
    return client_for(admin)


def path(shown):
    return shown.context["link"].removeprefix("http://testserver")


def nora():
    return User.objects.get(email="nora@example.com")


def test_an_invitation_is_shown_mailed_accepted_and_signs_in(boss, client_for, team, mailoutbox):
    shown = boss.post(INVITE, WHO | {"team": team.pk})
    link = path(shown)
    assert shown.context["link"] in shown.content.decode()
    assert "no-store" in shown["Cache-Control"]
    assert mailoutbox[0].to == ["nora@example.com"]
    assert shown.context["link"] in mailoutbox[0].body
    visitor = client_for(None)
    assert "nora@example.com" in visitor.get(link).content.decode()
    assert visitor.post(link, JOINING).url == "/"
    user = nora()
    assert (user.name, user.role, user.team, user.time_zone, user.language) == (
        "Nora New", "manager", team, "Asia/Seoul", "ko",
    )  # fmt: skip
    assert user.check_password(WORD)
    assert visitor.get("/customers/")["Content-Language"] == "ko"
    assert client_for(None).get(link).status_code == 410
    assert client_for(None).post(link, JOINING).status_code == 410


def test_until_then_nobody_can_sign_in(boss, client_for):
    boss.post(INVITE, WHO)
    assert not nora().has_usable_password()
    page = boss.get(reverse("accounts:team")).content.decode()
    assert "invited" in page


def test_what_is_refused_uses_nothing_up(boss, client_for):
    link, visitor = path(boss.post(INVITE, WHO)), client_for(None)
    for wrong, said in (
        ({"password2": "other"}, "match"),
        ({"password1": "short", "password2": "short"}, "too short"),
        ({"password1": "nora@example", "password2": "nora@example"}, "too similar"),
        ({"time_zone": "Mars"}, "not a time zone"),
        ({"name": ""}, "required"),
    ):
        page = visitor.post(link, JOINING | {"language": "en"} | wrong)
        assert page.status_code == 422
        assert said in page.content.decode()
    assert visitor.post(link, JOINING).status_code == 302


def test_it_expires_after_seven_days(boss, client_for, time_machine):
    link = path(boss.post(INVITE, WHO))
    time_machine.move_to(NOON + timedelta(days=6, hours=23), tick=False)
    assert client_for(None).get(link).status_code == 200
    time_machine.move_to(NOON + timedelta(days=7, seconds=1), tick=False)
    gone = client_for(None).post(link, JOINING)
    assert gone.status_code == 410
    assert "older than seven days" in gone.content.decode()
    assert not nora().has_usable_password()


def test_a_new_link_replaces_the_last(boss, client_for):
    first = path(boss.post(INVITE, WHO))
    second = path(boss.post(reverse("accounts:invite_again", args=[nora().pk])))
    assert client_for(None).get(first).status_code == 410
    assert client_for(None).post(second, JOINING).status_code == 302


def test_taken_back_it_leaves_nothing(boss, client_for):
    link = path(boss.post(INVITE, WHO))
    boss.post(reverse("accounts:revoke_invitation", args=[nora().pk]))
    assert client_for(None).get(link).status_code == 410
    assert not User.objects.filter(email="nora@example.com").exists()
    assert boss.post(INVITE, WHO).status_code == 200, "and she can be invited again"


def test_taken_back_from_somebody_with_customers_it_only_switches_off(boss, client_for):
    link = path(boss.post(INVITE, WHO))
    make_customer("Given early", owner=nora())
    boss.post(reverse("accounts:revoke_invitation", args=[nora().pk]))
    assert nora().is_active is False
    assert client_for(None).get(link).status_code == 410
    assert "it has customers" in boss.get(reverse("accounts:team")).content.decode()


@pytest.mark.parametrize("name", ["invite_again", "revoke_invitation"])
def test_who_has_come_is_not_invited_again(boss, owner, name):
    answer = boss.post(reverse(f"accounts:{name}", args=[owner.pk]))
    assert answer.url == reverse("accounts:team_user", args=[owner.pk])
    assert User.objects.filter(pk=owner.pk, is_active=True).exists()
    assert not SignInLink.objects.exists()


def test_a_taken_address_is_refused_and_what_was_typed_stays(boss, owner):
    answer = boss.post(INVITE, WHO | {"email": "OWNER@example.com"})
    assert answer.status_code == 422
    assert "Olivia Owner has this e-mail address already" in answer.content.decode()
    assert 'value="Nora"' in answer.content.decode()


def test_a_mail_that_fails_is_said_and_the_link_is_shown_all_the_same(boss, client_for, monkeypatch):
    def refuse(*_):
        raise smtplib.SMTPServerDisconnected("the server is asleep")

    monkeypatch.setattr(mail, "send_mail", refuse)
    shown = boss.post(INVITE, WHO)
    assert "could not be sent: the server is asleep" in shown.content.decode()
    assert client_for(None).get(path(shown)).status_code == 200


def test_without_a_mail_server_no_link_is_printed_to_the_terminal(boss, settings, capsys):
    settings.EMAIL_BACKEND = "django.core.mail.backends.console.EmailBackend"
    shown = boss.post(INVITE, WHO)
    assert "nothing was mailed" in shown.content.decode()
    assert path(shown) not in "".join(capsys.readouterr())


def test_each_kind_of_link_opens_its_own_door_alone(client, owner):
    doors = {
        SignInLink.Purpose.SIGN_IN: "accounts:sign_in_link",
        SignInLink.Purpose.INVITATION: "accounts:invitation",
        SignInLink.Purpose.PASSWORD: "accounts:new_password",
    }
    for purpose, own in doors.items():
        token = SignInLink.issue(owner, NOON, purpose)
        for door in doors.values():
            wanted = 200 if door == own else 410
            assert client.get(reverse(door, args=[token])).status_code == wanted
            if door != own:
                assert client.post(reverse(door, args=[token]), JOINING).status_code == 410
    assert "_auth_user_id" not in client.session


def test_accepting_ends_the_session_of_somebody_else_in_this_browser(boss, admin):
    link = path(boss.post(INVITE, WHO))
    assert "signed in as Ada Admin" in boss.get(link).content.decode()
    boss.post(link, JOINING)
    assert boss.session["_auth_user_id"] == str(nora().pk)


def test_somebody_switched_off_meanwhile_cannot_accept(boss, client_for):
    link = path(boss.post(INVITE, WHO))
    User.objects.filter(email="nora@example.com").update(is_active=False)
    assert client_for(None).post(link, JOINING).status_code == 410


def test_a_demo_user_who_never_came_has_no_invitation_to_take_back(boss):
    user = make_user(password=None)
    boss.post(reverse("accounts:revoke_invitation", args=[user.pk]))
    assert User.objects.filter(pk=user.pk, is_active=True).exists()
