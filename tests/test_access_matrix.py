"""Every URL of the site × everyone who may ask for it, read out of the URL configuration.

A URL that takes arguments needs an example row below; one that is open to everybody must be listed as public.
"""

from types import SimpleNamespace

import pytest
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from crm.models import Customer, Order, Promise
from tests.factories import make_customer, make_note, make_order, make_person

pytestmark = pytest.mark.django_db

PUBLIC = {"healthz", "accounts:sign_in", "accounts:sign_in_link", "accounts:language"}
# Rows that hang on the owner's customer: {URL name: its arguments}.
EXAMPLES = {
    "customer": lambda rows: {"pk": rows.customer.pk},
    "order": lambda rows: {"pk": rows.order.pk},
    "order_learn": lambda rows: {"pk": rows.order.pk},
    "note_create": lambda rows: {"customer_pk": rows.customer.pk},
    "timeline": lambda rows: {"customer_pk": rows.customer.pk},
    "dismiss": lambda rows: {"pk": rows.customer.pk},
    "promise_done": lambda rows: {"pk": rows.promise.pk},
    "accounts:sign_in_link": lambda rows: {"token": "guess"},
}
# Only an administrator may.
FOR_ADMINS = {"demo_remove"}
# How a list may be asked for: searches, filters and exports that name the owner's rows.
QUERIES = [
    "",
    "q=Fjord",
    "search=Fjord",
    "query=Fjord",
    "customer={customer.pk}",
    "product={product.pk}",
    "format=csv",
]
SECRETS = ("Fjord Handel AS", "PO-SECRET", "Solbergsen", "the secret price list")
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
ABOUT_A_CUSTOMER = [name for name in CLOSED if URLS[name]]
LISTS = [name for name in CLOSED if not URLS[name]]


@pytest.fixture
def rows(customer, stranger):
    """One row of each kind that belongs to the owner, and a customer of the stranger's so that his lists are lists."""
    order = make_order(customer, lines=[("SKU-SECRET", 5, "9.90")], number="PO-SECRET")
    make_order(make_customer("Iberia Import SL", owner=stranger), lines=[("SKU-SECRET", 1, "9.90")])
    note = make_note(customer, text="They asked for the secret price list.")
    return SimpleNamespace(
        customer=customer,
        order=order,
        product=order.lines.get().product,
        person=make_person(customer, family_name="Solbergsen"),
        note=note,
        promise=Promise.objects.create(note=note, text="the secret price list", due_on=order.ordered_on),
    )


@pytest.fixture
def people(owner, mate, manager, stranger, admin):
    return {
        "owner": owner,
        "mate": mate,
        "manager": manager,
        "stranger": stranger,
        "admin": admin,
        "anonymous": None,
    }


def address(name, rows):
    if not URLS[name]:
        return reverse(name)
    if name not in EXAMPLES:
        pytest.fail(
            f"URL “{name}” has no example: add one to EXAMPLES in {__file__}, so that its access is tested"
        )
    return reverse(name, kwargs=EXAMPLES[name](rows))


def ask(client, path):
    """The answer to a GET, or to a POST where the page takes nothing else."""
    response = client.get(path)
    return client.post(path) if response.status_code == 405 else response


def test_examples_and_lists_name_urls_that_exist():
    assert set(EXAMPLES) | PUBLIC | FOR_ADMINS <= set(URLS)


@pytest.mark.parametrize("name", CLOSED)
def test_who_is_not_signed_in_is_sent_to_the_sign_in_page(name, rows, client):
    for response in (client.get(address(name, rows)), client.post(address(name, rows))):
        assert response.status_code == 302
        assert response.url.startswith("/accounts/sign-in/?next=")


@pytest.mark.parametrize("who", ["stranger", "mate"])
@pytest.mark.parametrize("name", ABOUT_A_CUSTOMER)
def test_what_is_somebody_elses_does_not_exist(name, who, rows, people, client_for):
    before = Customer.objects.count(), Order.objects.count()
    response = ask(client_for(people[who]), address(name, rows))
    assert response.status_code == 404
    assert not [secret for secret in SECRETS if secret in response.content.decode()]
    assert (Customer.objects.count(), Order.objects.count()) == before


@pytest.mark.parametrize("who", ["owner", "manager", "admin"])
@pytest.mark.parametrize("name", CLOSED)
def test_what_is_ones_own_is_there(name, who, rows, people, client_for):
    response = ask(client_for(people[who]), address(name, rows))
    if name in FOR_ADMINS and who != "admin":
        assert response.status_code in {403, 404}
    else:
        assert response.status_code < 500
        assert response.status_code not in {403, 404}


@pytest.mark.parametrize("who", ["stranger", "mate"])
@pytest.mark.parametrize("name", LISTS)
def test_lists_searches_and_exports_show_nothing_of_somebody_elses(name, who, rows, people, client_for):
    client = client_for(people[who])
    for query in QUERIES:
        asked = query.format(**vars(rows))
        response = client.get(f"{address(name, rows)}?{asked}")
        content = b"".join(response) if response.streaming else response.content
        shown = content.decode().replace(f"?{asked}", "")
        assert not [secret for secret in SECRETS if secret in shown], f"{name}?{asked}"


def test_the_owners_own_list_shows_them(rows, owner, client_for):
    """Else the test above would be content with empty pages."""
    assert "Fjord Handel AS" in client_for(owner).get(reverse("customers")).content.decode()
    assert "PO-SECRET" in client_for(owner).get(reverse("orders")).content.decode()


@pytest.mark.parametrize("name", sorted(URLS))
def test_every_answer_carries_the_strict_headers(name, rows, owner, client_for):
    for client in (client_for(owner), client_for(None)):
        response = ask(client, address(name, rows))
        assert set(response["Content-Security-Policy"].split("; ")) == POLICY
        assert response["X-Content-Type-Options"] == "nosniff"
        assert response["Referrer-Policy"] == "same-origin"
        assert response["X-Frame-Options"] == "DENY"


@pytest.mark.parametrize("who", ["anonymous", "stranger", "owner", "manager"])
def test_the_admin_site_is_closed_to_all_but_administrators(who, rows, people, client_for):
    client = client_for(people[who])
    for path in ("/admin/", "/admin/crm/customer/", f"/admin/crm/customer/{rows.customer.pk}/change/"):
        response = client.get(path)
        assert response.status_code == 302
        assert "/login/" in response.url or "/sign-in/" in response.url
