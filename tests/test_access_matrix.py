"""Every URL of the site × everyone who may ask for it, read out of the URL configuration: one table of outcomes.

A URL that takes arguments needs an example row below, of something that belongs to the owner; one that is open to
everybody must be listed as public, one that is for some roles alone as theirs. There are no other exceptions.
"""

import io
import zipfile
from types import SimpleNamespace

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.urls import URLPattern, URLResolver, get_resolver, reverse
from django.utils import timezone

from accounts.models import User
from crm.models import (
    CalendarFeed,
    CustomerItem,
    GreetingMail,
    Heartbeat,
    ImportMapping,
    ImportRun,
    PersonDate,
    Promise,
    QuietDays,
    Shipment,
)
from tests.factories import make_customer, make_note, make_order, make_person, make_team, make_user

pytestmark = pytest.mark.django_db

PUBLIC = {
    "healthz",
    "healthz_worker",
    "reminders_stop",
    "accounts:sign_in",
    "accounts:sign_in_code",
    "accounts:sign_in_link",
    "accounts:invitation",
    "accounts:new_password",
    "accounts:language",
    "feed",
}
# Rows that hang on the owner's customer: {URL name: its arguments}.
EXAMPLES = {
    "customer": lambda rows: {"pk": rows.customer.pk},
    "next_order": lambda rows: {"pk": rows.customer.pk},
    "call": lambda rows: {"pk": rows.customer.pk},
    "call_lead": lambda rows: {"pk": rows.customer.pk},
    "call_withdraw": lambda rows: {"pk": rows.customer.pk},
    "customer_ledger": lambda rows: {"pk": rows.customer.pk},
    "order": lambda rows: {"pk": rows.order.pk},
    "order_edit": lambda rows: {"pk": rows.order.pk},
    "order_cancel": lambda rows: {"pk": rows.order.pk},
    "order_learn": lambda rows: {"pk": rows.order.pk},
    "note": lambda rows: {"pk": rows.note.pk},
    "note_edit": lambda rows: {"pk": rows.note.pk},
    "note_pin": lambda rows: {"pk": rows.note.pk},
    "note_trash": lambda rows: {"pk": rows.note.pk},
    "note_restore": lambda rows: {"pk": rows.deleted_note.pk},
    "promise_toggle": lambda rows: {"pk": rows.promise.pk},
    "line_learn": lambda rows: {"pk": rows.order.lines.first().pk},
    "shipment_new": lambda rows: {"pk": rows.order.pk},
    "shipment_edit": lambda rows: {"pk": rows.shipment.pk},
    "customer_edit": lambda rows: {"pk": rows.customer.pk},
    "customer_archive": lambda rows: {"pk": rows.customer.pk},
    "order_new": lambda rows: {"customer_pk": rows.customer.pk},
    "customer_item_edit": lambda rows: {"customer_pk": rows.customer.pk, "product_pk": rows.product.pk},
    "product": lambda rows: {"pk": rows.product.pk},
    "product_edit": lambda rows: {"pk": rows.product.pk},
    "product_archive": lambda rows: {"pk": rows.product.pk},
    "history": lambda rows: {"kind": "customer", "pk": rows.customer.pk},
    "history_restore": lambda rows: {"kind": "customer", "pk": rows.customer.pk},
    "timeline": lambda rows: {"customer_pk": rows.customer.pk},
    "person_timeline": lambda rows: {"pk": rows.person.pk},
    "user_timeline": lambda rows: {"pk": rows.customer.owner.pk},
    "person": lambda rows: {"pk": rows.person.pk},
    "person_edit": lambda rows: {"pk": rows.person.pk},
    "person_move": lambda rows: {"pk": rows.person.pk},
    "person_archive": lambda rows: {"pk": rows.person.pk},
    "person_restore": lambda rows: {"pk": rows.person.pk},
    "person_erase": lambda rows: {"pk": rows.person.pk},
    "import_run": lambda rows: {"pk": rows.run.pk},
    "import_file": lambda rows: {"pk": rows.run.pk},
    "import_columns": lambda rows: {"pk": rows.run.pk},
    "import_check": lambda rows: {"pk": rows.run.pk},
    "import_kind": lambda rows: {"pk": rows.run.pk},
    "import_preview": lambda rows: {"pk": rows.run.pk},
    "import_progress": lambda rows: {"pk": rows.run.pk},
    "import_cancel": lambda rows: {"pk": rows.run.pk},
    "import_apply": lambda rows: {"pk": rows.run.pk},
    "import_rejected": lambda rows: {"pk": rows.run.pk},
    "import_undo": lambda rows: {"pk": rows.run.pk},
    "import_discard": lambda rows: {"pk": rows.run.pk},
    "import_mapping": lambda rows: {"pk": rows.mapping.pk},
    "feed": lambda rows: {"token": CalendarFeed.issue(rows.customer.owner, "en", timezone.now())},
    "birthdays": lambda rows: {"year": 2026},
    "quiet_days_remove": lambda rows: {"pk": rows.quiet.pk},
    "greeting_mail": lambda rows: {"pk": rows.greeting.pk},
    "greet": lambda rows: {"pk": rows.birthday.pk, "day": "2026-11-28"},
    "reminders_stop": lambda rows: {"token": "guess"},
    "accounts:sign_in_link": lambda rows: {"token": "guess"},
    "accounts:invitation": lambda rows: {"token": "guess"},
    "accounts:new_password": lambda rows: {"token": "guess"},
    "accounts:team_user": lambda rows: {"pk": rows.customer.owner_id},
    "accounts:invite_again": lambda rows: {"pk": rows.customer.owner_id},
    "accounts:revoke_invitation": lambda rows: {"pk": rows.customer.owner_id},
    "accounts:password_link": lambda rows: {"pk": rows.customer.owner_id},
    "accounts:reset_two_factor": lambda rows: {"pk": rows.customer.owner_id},
    "accounts:team_rename": lambda rows: {"pk": rows.customer.owner.team_id},
    "accounts:team_delete": lambda rows: {"pk": rows.customer.owner.team_id},
}
# Only an administrator may.
FOR_ADMINS = {
    "demo_remove",
    "accounts:invite",
    "accounts:invite_again",
    "accounts:password_link",
    "accounts:reset_two_factor",
    "accounts:revoke_invitation",
    "accounts:team_delete",
    "accounts:team_rename",
    "accounts:team_user",
    "accounts:teams",
}
# Managers may too.
FOR_MANAGERS = {"accounts:team", "product_edit", "product_archive"}
# Of a row that its manager sees, and only its owner or author (or an administrator) may change.
FOR_AUTHORS = {"person_erase", "note_edit", "note_pin", "note_trash", "note_restore"}
# Of nobody but its user: not of his manager, nor of an administrator.
OF_ONE_USER = {"import_mapping", "quiet_days_remove", "greeting_mail"}
# The catalogue hangs on no customer: everybody sees it.
OF_THE_CATALOGUE = {"product", "product_edit", "product_archive"}
# Lists of what the asker may see, by an argument that names no row.
LISTS_BY_ARGUMENT = {"birthdays"}
# These end the session that asks.
ENDS_THE_SESSION = {"accounts:sign_out"}
# How a list may be asked for: searches, filters and exports that name the owner's rows.
QUERIES = [
    "",
    "q=Fjord",
    "search=Fjord",
    "query=Fjord",
    "customer={customer.pk}",
    "product={product.pk}",
    "format=csv",
    "format=csv&lines=1",
    "format=xlsx",
]
SECRETS = ("Fjord Handel AS", "PO-SECRET", "secret-orders", "Solbergsen", "the secret price list")
POLICY = {
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
}


def urls(resolver, namespaces=(), arguments=frozenset()):
    """{name with namespace: names of its arguments}, without the Django admin's, which have their own test."""
    found = {}
    for pattern in resolver.url_patterns:
        taken = arguments | set(pattern.pattern.converters)
        if isinstance(pattern, URLResolver):
            inner = (*namespaces, pattern.namespace) if pattern.namespace else namespaces
            if pattern.namespace != "admin":
                found |= urls(pattern, inner, taken)
        elif isinstance(pattern, URLPattern):
            found[":".join([*namespaces, pattern.name or f"(no name) {pattern.pattern}"])] = taken
    return found


URLS = urls(get_resolver())
CLOSED = sorted(set(URLS) - PUBLIC)
LISTS = [name for name in CLOSED if not URLS[name] or name in LISTS_BY_ARGUMENT]
SPECIAL = FOR_ADMINS | FOR_MANAGERS | FOR_AUTHORS | OF_ONE_USER | OF_THE_CATALOGUE
OUTSIDERS = ["anonymous", "stranger", "mate"]
# Who is sent away is sent away by the same question; who comes in asks all that the page asks.
VISITORS = [
    pytest.param(["owner", "manager", "admin"], id="inside", marks=pytest.mark.both("every case")),
    pytest.param(OUTSIDERS, id="outside", marks=pytest.mark.once),
]
# Nearest to the owner is who is of his team; that the others find no row of his is asked of every URL.
LOOKING = ["mate", pytest.param("stranger", marks=pytest.mark.slow)]
THERE, SIGN_IN, REFUSED, MISSING = "there", "sent to the sign-in page", "refused", "not there"


def expected(name, who):
    """The outcomes that are right, for one URL and one visitor."""
    if name in PUBLIC:
        return {THERE}
    if who == "anonymous":
        return {SIGN_IN}
    if who in {"stranger", "mate"} and URLS[name] and name not in OF_THE_CATALOGUE | LISTS_BY_ARGUMENT:
        return {MISSING}
    closed = (
        (name in FOR_ADMINS and who != "admin")
        or (name in FOR_MANAGERS and who not in {"manager", "admin"})
        or (name in FOR_AUTHORS and who not in {"owner", "admin"})
        or (name in OF_ONE_USER and who != "owner")
    )
    return {REFUSED, MISSING} if closed else {THERE}


@pytest.fixture(scope="module")
def world(django_db_setup, django_db_blocker):
    """The people and the owner's rows, made once for this file: each test is rolled back to them."""
    with django_db_blocker.unblock(), transaction.atomic():
        people = make_people()
        yield SimpleNamespace(people=people, rows=make_rows(people["owner"], people["stranger"]))
        transaction.set_rollback(True)


@pytest.fixture
def people(world):
    return world.people


@pytest.fixture
def rows(world):
    return world.rows


def make_people():
    team = make_team("Nordics")
    return {
        "owner": make_user("owner@example.com", name="Olivia Owner", team=team),
        "mate": make_user("mate@example.com", name="Max Mate", team=team),
        "manager": make_user("manager@example.com", name="Mia Manager", team=team, role=User.Role.MANAGER),
        "stranger": make_user("stranger@example.com", name="Sam Stranger", team=make_team("Iberia")),
        "admin": make_user("admin@example.com", name="Ada Admin", role=User.Role.ADMIN),
        "anonymous": None,
    }


def make_rows(owner, stranger):
    """One row of each kind that belongs to the owner, and a customer of the stranger's so that his lists are lists."""
    customer = make_customer("Fjord Handel AS", owner=owner)
    order = make_order(customer, lines=[("SKU-SECRET", 5, "9.90")], number="PO-SECRET")
    make_order(make_customer("Iberia Import SL", owner=stranger), lines=[("SKU-SECRET", 1, "9.90")])
    note = make_note(customer, text="They asked for the secret price list.")
    product = order.lines.get().product
    CustomerItem.objects.create(customer=customer, product=product, remark="the secret price list")
    run = ImportRun.objects.create(
        user=owner,
        file_name="secret-orders.csv",
        file_hash="",
        state="applied",
        started_at=timezone.now(),
    )
    person = make_person(customer, family_name="Solbergsen")
    birthday = PersonDate.objects.create(person=person, month=11, day=28)
    Heartbeat.objects.create(name="reminders", at=timezone.now())
    return SimpleNamespace(
        customer=customer,
        run=run,
        quiet=QuietDays.objects.create(user=customer.owner, from_on=order.ordered_on, to_on=order.ordered_on),
        birthday=birthday,
        greeting=GreetingMail.objects.create(
            user=customer.owner, date=birthday, occurs_on=order.ordered_on, text="the secret price list"
        ),
        mapping=ImportMapping.objects.create(
            user=owner, name="secret-orders", fingerprint="x", used_at=timezone.now()
        ),
        order=order,
        product=product,
        shipment=Shipment.objects.create(order=order, shipped_on=order.ordered_on),
        person=person,
        note=note,
        deleted_note=make_note(customer, text="the secret price list, again", deleted_at=timezone.now()),
        promise=Promise.objects.create(note=note, text="the secret price list", due_on=order.ordered_on),
    )


def address(name, rows):
    if not URLS[name]:
        return reverse(name)
    if name not in EXAMPLES:
        pytest.fail(
            f"URL “{name}” has no example: add one to EXAMPLES in {__file__}, so that its access is tested"
        )
    return reverse(name, kwargs=EXAMPLES[name](rows))


def answers(client, path):
    """What a page says to a GET and to a POST, without the one that it does not take."""
    asked = [client.get(path), client.post(path)]
    return [response for response in asked if response.status_code != 405]


def outcome(response):
    if response.status_code == 302 and response.url.startswith("/accounts/sign-in/?next="):
        return SIGN_IN
    outcomes = {403: REFUSED, 404: MISSING}
    assert response.status_code < 500
    return outcomes.get(response.status_code, THERE)


def counted():
    """{table: its rows}, asked at once."""
    tables = [model._meta.db_table for model in apps.get_models() if model._meta.managed]
    counts = ", ".join(f"(SELECT COUNT(*) FROM {connection.ops.quote_name(table)})" for table in tables)
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {counts}")
        return dict(zip(tables, cursor.fetchone(), strict=True))


def assert_strict_headers(response):
    assert set(response["Content-Security-Policy"].split("; ")) == POLICY
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Referrer-Policy"] == "same-origin"
    assert response["X-Frame-Options"] == "DENY"


def test_what_the_lists_name_are_urls_that_exist():
    assert set(EXAMPLES) | PUBLIC | SPECIAL | ENDS_THE_SESSION <= set(URLS)
    assert not PUBLIC & SPECIAL


@pytest.mark.parametrize("visitors", VISITORS)
@pytest.mark.parametrize("name", sorted(URLS))
def test_who_gets_what_and_what_is_somebody_elses_is_not_changed(name, visitors, rows, people, client_for):
    """And every answer, to whomever, carries the strict headers."""
    for who in visitors:
        # What one of them changes, the next one must not find.
        with transaction.atomic():
            assert_outcome(name, who, rows, client_for(people[who]))
            transaction.set_rollback(True)


def assert_outcome(name, who, rows, client):
    path, wanted = address(name, rows), expected(name, who)
    may_change_nothing = name not in PUBLIC and URLS[name] and who in OUTSIDERS
    before = may_change_nothing and counted()
    found = answers(client, path)
    assert found, f"{name} takes neither GET nor POST"
    for response in found:
        assert_strict_headers(response)
        if name in ENDS_THE_SESSION and who != "anonymous":
            assert response.status_code == 302
        else:
            assert outcome(response) in wanted, f"{who}: {response.request['REQUEST_METHOD']} {path}"
        if not wanted & {THERE}:
            assert not [secret for secret in SECRETS if secret in response.content.decode()]
    if may_change_nothing:
        assert counted() == before, f"{who} changed something by {path}"


@pytest.mark.parametrize("who", LOOKING)
@pytest.mark.parametrize("name", LISTS)
def test_lists_searches_and_exports_show_nothing_of_somebody_elses(name, who, rows, people, client_for):
    client = client_for(people[who])
    for query in QUERIES:
        asked = query.format(**vars(rows))
        response = client.get(f"{address(name, rows)}?{asked}")
        content = b"".join(response) if response.streaming else response.content
        shown = text_of(content).replace(f"?{asked}", "")
        assert not [secret for secret in SECRETS if secret in shown], f"{name}?{asked}"


def text_of(content):
    """A workbook is a zip of XML."""
    if not content.startswith(b"PK"):
        return content.decode()
    with zipfile.ZipFile(io.BytesIO(content)) as book:
        return "".join(book.read(name).decode() for name in book.namelist())


@pytest.mark.parametrize("who", ["stranger", "mate"])
@pytest.mark.parametrize("name", sorted(OF_THE_CATALOGUE))
def test_the_catalogue_names_nobody_elses_customer(name, who, rows, people, client_for):
    for response in answers(client_for(people[who]), address(name, rows)):
        assert response.status_code == (403 if name in FOR_MANAGERS else 200)
        assert not [secret for secret in SECRETS if secret in response.content.decode()]


def test_the_owners_own_list_shows_them(rows, people, client_for):
    """Else the test above would be content with empty pages."""
    client = client_for(people["owner"])
    book = client.get(reverse("orders"), {"format": "xlsx", "lines": "1"})
    assert "PO-SECRET" in text_of(b"".join(book))
    assert "Fjord Handel AS" in client.get(reverse("customers")).content.decode()
    assert "PO-SECRET" in client.get(reverse("orders")).content.decode()
    assert "Solbergsen" in client.get(reverse("people")).content.decode()


ADMIN_PAGES = ["/admin/", "/admin/crm/customer/", "/admin/accounts/user/", "/admin/axes/accessattempt/"]


@pytest.mark.parametrize("path", ADMIN_PAGES)
@pytest.mark.parametrize("who", ["anonymous", "stranger", "mate", "owner", "manager"])
def test_the_admin_site_is_closed_to_all_but_administrators(who, path, rows, people, client_for):
    """Who is signed in and none is told so; who is not comes to the site's own sign-in page."""
    client = client_for(people[who])
    response = client.get(path, follow=True)
    if who == "anonymous":
        assert response.redirect_chain[-1][0].startswith("/accounts/sign-in/?next=")
    else:
        assert response.status_code == 403
    assert "Fjord Handel AS" not in response.content.decode()


def test_the_admin_site_is_there_for_administrators(rows, people, client_for):
    client = client_for(people["admin"])
    for path in (*ADMIN_PAGES, f"/admin/crm/customer/{rows.customer.pk}/change/"):
        assert client.get(path).status_code == 200
