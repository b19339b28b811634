from datetime import UTC, datetime, timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts import two_factor
from accounts.models import SignInLink, Team, User
from tests.accounts.codes import switch_on
from tests.factories import make_customer, make_team, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TEAM, TEAMS = reverse("accounts:team"), reverse("accounts:teams")


def page_of(user):
    return reverse("accounts:team_user", args=[user.pk])


def edit(client, user, **changed):
    data = {"name": user.name, "email": user.email, "role": user.role, "team": user.team_id or ""}
    data |= {"is_active": "on"} | changed
    return client.post(page_of(user), {name: value for name, value in data.items() if value is not None})


def names(response):
    return [str(row) for row in response.context["users"]]


def test_an_administrator_sees_everybody_a_manager_his_team_to_read(
    client_for, admin, manager, owner, mate, stranger
):
    assert len(names(client_for(admin).get(TEAM))) == 5
    page = client_for(manager).get(TEAM)
    assert names(page) == ["Max Mate", "Mia Manager", "Olivia Owner"]
    assert page_of(owner) not in page.content.decode()
    assert "Invite" not in page.content.decode()


def test_the_list_says_what_matters(client_for, admin, owner, customer):
    switch_on(owner, datetime(2026, 1, 1, tzinfo=UTC))
    make_customer("Second", owner=owner)
    row = next(row for row in client_for(admin).get(TEAM).context["users"] if row.pk == owner.pk)
    assert (row.customers, row.two_factor, row.team.name) == (2, True, "Nordics")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=olivia", ["Olivia Owner"]),
        ("q=STRANGER@", ["Sam Stranger"]),
        ("role=manager", ["Mia Manager"]),
        ("state=off", ["Max Mate"]),
        ("state=invited", ["Nora New"]),
        ("role=nonsense&team=999", ["Ada Admin", "Max Mate", "Mia Manager", "Nora New", "Olivia Owner", "Sam Stranger"]),
    ],
)  # fmt: skip
def test_the_list_can_be_narrowed(client_for, admin, owner, manager, mate, stranger, query, found):
    mate.is_active = False
    mate.save()
    make_user("nora@example.com", password=None, name="Nora New")
    assert names(client_for(admin).get(f"{TEAM}?{query}")) == found


def test_the_list_asks_as_often_for_thirty_as_for_three(client_for, admin):
    client, counts = client_for(admin), []
    for wanted in (3, 27):
        for _ in range(wanted):
            make_customer(owner=make_user(team=make_team()))
        with CaptureQueriesContext(connection) as queries:
            client.get(TEAM)
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_a_change_of_role_and_team_is_made_and_remembered(client_for, admin, owner):
    client, other = client_for(admin), make_team("Iberia")
    assert edit(client, owner, role="manager", team=other.pk).url == TEAM
    owner.refresh_from_db()
    assert (owner.role, owner.team) == (User.Role.MANAGER, other)
    page = client.get(page_of(owner)).content.decode()
    assert "Role changed: sales manager" in page
    assert "Team changed: Iberia" in page


def test_who_is_switched_off_is_out_at_once_and_his_customers_are_said(client_for, admin, owner, customer):
    there, client = client_for(owner), client_for(admin)
    SignInLink.issue(owner, datetime.now(UTC))
    edit(client, owner, is_active=None)
    assert there.get("/customers/").status_code == 302
    assert not SignInLink.objects.exists()
    said = client.get(TEAM).content.decode()
    assert "Olivia Owner is switched off and signed out everywhere." in said
    assert "1 customer stays with Olivia Owner" in said
    edit(client, owner)
    assert there.get("/customers/").status_code == 302, "switched on again, the old session stays ended"


def test_the_django_admin_ends_sessions_too(client_for, admin, owner):
    there, change = client_for(owner), reverse("admin:accounts_user_change", args=[owner.pk])
    data = {"email": owner.email, "name": owner.name, "role": "rep", "time_zone": "UTC", "week_start": 0}
    assert client_for(admin).post(change, data).status_code == 302
    owner.refresh_from_db()
    assert (owner.is_active, owner.sessions_epoch) == (False, 1)
    assert there.get("/customers/").status_code == 302


@pytest.mark.both
@pytest.mark.parametrize("changed", [{"role": "rep"}, {"role": "manager"}, {"is_active": None}])
def test_the_last_administrator_cannot_lock_everybody_out(client_for, admin, changed):
    make_user("invited@example.com", password=None, role=User.Role.ADMIN)
    make_user("off@example.com", is_active=False, role=User.Role.ADMIN)
    answer = edit(client_for(admin), admin, **changed)
    assert answer.status_code == 422
    assert "is the only administrator who can sign in" in answer.content.decode()
    admin.refresh_from_db()
    assert (admin.role, admin.is_active) == (User.Role.ADMIN, True)
    change = reverse("admin:accounts_user_change", args=[admin.pk])
    data = {"email": admin.email, "name": admin.name, "role": "admin", "is_active": "on", "time_zone": "UTC"}
    data |= {"week_start": 0} | changed
    again = client_for(admin).post(change, {name: value for name, value in data.items() if value is not None})
    assert again.status_code == 200
    assert "is the only administrator who can sign in" in again.content.decode()


def test_with_a_second_one_he_can_step_down(client_for, admin):
    make_user("second@example.com", role=User.Role.ADMIN)
    assert edit(client_for(admin), admin, role="rep").url == "/"
    admin.refresh_from_db()
    assert admin.role == User.Role.REP


def test_users_are_not_deleted_in_the_django_admin(client_for, admin, owner):
    delete = reverse("admin:accounts_user_delete", args=[owner.pk])
    assert client_for(admin).post(delete, {"post": "yes"}).status_code == 403


def test_a_taken_address_names_who_has_it(client_for, admin, owner, mate):
    answer = edit(client_for(admin), mate, email="OWNER@example.com")
    assert answer.status_code == 422
    assert "Olivia Owner has this e-mail address already" in answer.content.decode()


def test_a_reset_second_factor_is_off_ends_sessions_and_is_in_the_log(client_for, admin, owner):
    switch_on(owner, datetime.now(UTC) - timedelta(hours=1))
    there, client = client_for(owner), client_for(admin)
    client.post(reverse("accounts:reset_two_factor", args=[owner.pk]))
    assert not two_factor.is_on(owner)
    assert two_factor.backup_codes_left(owner) == 0
    assert there.get("/customers/").status_code == 302
    entry = LogEntry.objects.get(object_id=str(owner.pk))
    assert entry.user == admin
    assert "reset by an administrator" in client.get(page_of(owner)).content.decode()
    owner.refresh_from_db()
    assert "reset by an administrator" in client_for(owner).get("/accounts/settings/").content.decode()


def test_a_new_password_by_link(client_for, admin, owner, mailoutbox):
    shown = client_for(admin).post(reverse("accounts:password_link", args=[owner.pk]))
    link = shown.context["link"].removeprefix("http://testserver")
    assert link in mailoutbox[0].body
    assert "no-store" in shown["Cache-Control"]
    there, visitor, word = client_for(owner), client_for(None), "a brand new phrase"
    assert visitor.get(link).status_code == 200
    assert visitor.post(link, {"new_password1": word, "new_password2": "other"}).status_code == 422
    assert visitor.post(link, {"new_password1": word, "new_password2": word}).url == "/"
    owner.refresh_from_db()
    assert owner.check_password(word)
    assert visitor.get("/customers/").status_code == 200
    assert there.get("/customers/").status_code == 302
    assert client_for(None).get(link).status_code == 410


def test_a_password_link_does_not_get_round_the_second_factor(client_for, admin, owner):
    switch_on(owner, datetime.now(UTC) - timedelta(hours=1))
    shown = client_for(admin).post(reverse("accounts:password_link", args=[owner.pk]))
    visitor, word = client_for(None), "a brand new phrase"
    answer = visitor.post(
        shown.context["link"].removeprefix("http://testserver"),
        {"new_password1": word, "new_password2": word},
    )
    assert answer.url == "/accounts/sign-in/code/"
    assert "_auth_user_id" not in visitor.session


def test_teams_are_added_renamed_and_deleted_when_empty(client_for, admin, team, owner):
    client = client_for(admin)
    client.post(TEAMS, {"name": "Asia"})
    asia = Team.objects.get(name="Asia")
    client.post(reverse("accounts:team_rename", args=[asia.pk]), {"name": "Asia and Oceania"})
    asia.refresh_from_db()
    assert asia.name == "Asia and Oceania"
    twice = client.post(reverse("accounts:team_rename", args=[asia.pk]), {"name": "Nordics"})
    assert twice.status_code == 422
    assert "already exists" in twice.content.decode()
    client.post(reverse("accounts:team_delete", args=[asia.pk]))
    assert not Team.objects.filter(pk=asia.pk).exists()
    client.post(reverse("accounts:team_delete", args=[team.pk]))
    assert "Nordics still has 1 member" in client.get(TEAMS).content.decode()
