import pytest

from crm.models import Customer
from tests.factories import make_customer, make_note

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.crm.searching.urls"), pytest.mark.once]
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def ask(client_for, owner):
    def ask(query="", user=owner, **headers):
        response = client_for(user).get(f"/search/?{query}", **headers)
        assert response.status_code == 200
        return response.content.decode()

    return ask


def test_without_a_question_it_says_what_can_be_found(ask):
    assert "the last digits of a phone number" in ask()
    assert "Nothing found" not in ask("q=%20%20")


def test_the_page_lists_what_was_found_and_where_it_leads(ask, customer):
    page = ask("q=handel")
    assert f'href="/customers/{customer.pk}/"' in page
    assert "Fjord <mark>Handel</mark> AS" in page
    assert "<title>Search: handel" in page


def test_what_nobody_has_is_said_with_the_words_typed(ask):
    assert "Nothing found for “&lt;b&gt;quokka”." in ask("q=<b>quokka")


def test_htmx_gets_the_list_alone_and_caches_keep_the_two_apart(ask, client_for, owner, customer):
    part = ask("q=fjord", **HTMX)
    assert "<html" not in part
    assert 'role="option"' in part
    assert "HX-Request" in client_for(owner).get("/search/?q=fjord")["Vary"]


def test_what_stands_in_notes_stays_text(ask, customer):
    make_note(customer, "<script>alert(1)</script> & quokka <b>bold</b>")
    page = ask("q=quokka")
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; <mark>quokka</mark> &lt;b&gt;bold" in page
    assert "&lt;<mark>script</mark>&gt;" in ask("q=script")


def test_all_of_a_kind_are_shown_in_pages(ask, owner):
    for number in range(120):
        make_customer(f"Quokka {number:03}", owner=owner)
    assert "kind=customer" in ask("q=quokka")
    pages = [ask(f"q=quokka&kind=customer&page={page}") for page in (1, 2, 3)]
    assert [page.count("<mark>Quokka</mark>") for page in pages] == [50, 50, 20]
    assert ['rel="next"' in page for page in pages] == [True, True, False]
    assert ['rel="prev"' in page for page in pages] == [False, True, True]


@pytest.mark.parametrize(
    "query",
    [
        "kind=x&q=fjord",
        "page=x&kind=customer&q=fjord",
        "page=-1&kind=customer&q=fjord",
        "page=99999999999&kind=customer&q=fjord",
        "page=%C2%B2&kind=customer&q=fjord",
    ],
)
def test_an_address_written_by_hand_is_answered(ask, customer, query):
    assert "Nothing" not in ask(query)


def test_the_words_of_a_question_are_part_of_the_address(ask, owner):
    for number in range(8):
        make_customer(f"A & B {number}", owner=owner)
    assert "q=a%20%26%20b&amp;kind=customer" in ask("q=a+%26+b")


def test_a_stranger_gets_nothing(ask, stranger, customer):
    assert "Fjord Handel" not in ask("q=fjord", user=stranger)
    assert Customer.objects.exists()


def test_every_page_has_the_dialog_and_the_sign_in_page_has_not(client_for, owner):
    assert '<dialog id="search"' in client_for(owner).get("/orders/").content.decode()
    assert '<dialog id="search"' not in client_for(None).get("/accounts/sign-in/").content.decode()
