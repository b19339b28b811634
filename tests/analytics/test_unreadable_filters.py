"""A list whose filter can't be read shows nothing and says so, whichever list it is."""

import pytest

from analytics.refresh import refresh_stale
from tests.factories import make_customer, make_order, make_person

pytestmark = [pytest.mark.django_db, pytest.mark.once]


@pytest.mark.parametrize(
    "path",
    [
        "/customers/?state=soon-ish",
        "/customers/?country=Norway",
        "/products/?active=perhaps",
        "/people/?customer=abc",
        "/ledger/?kind=both",
        "/ledger/?customer=abc",
        "/ledger/?customer=0",
        "/expected/?country=Norway",
        "/expected/?on=soon",
        "/expected/?on=2026-13-45",
        "/expected/?view=decade",
        "/expected/year/?by=mood",
        "/expected/items/?country=Norway",
        "/expected/year/?country=Norway",
    ],
)
def test_nothing_is_listed_and_that_is_said(client_for, owner, path):
    customer = make_customer("Fjord Handel AS", owner=owner)
    for month in range(1, 9):
        make_order(customer, f"2026-0{month}-05", [("AUR-400", 60, "120")])
    make_person(customer, given_name="Solveig")
    refresh_stale()
    page = client_for(owner).get(path).content.decode()
    assert "This filter can't be read" in page
    assert f'<a href="{path.partition("?")[0]}">Show all</a>' in page
    assert not any(f">{name}" in page for name in ("AUR-400", "Solveig"))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("/expected/?on=soon", "Write the day like 2026-03-24."),
        ("/expected/?view=decade", "The period is a month, a week or a day"),
        ("/expected/year/?by=mood", "Grouped by customer, product, rep or team"),
    ],
)
def test_what_is_wrong_is_said_where_no_field_shows_it(client_for, owner, path, words):
    assert words in client_for(owner).get(path).content.decode()


@pytest.mark.parametrize(
    "path",
    [
        "/customers/?state=soon-ish",
        "/products/?active=perhaps",
        "/people/?customer=abc",
        "/orders/?since=soon",
        "/ledger/?kind=both",
        "/expected/?on=soon",
        "/expected/year/?by=mood",
        "/expected/items/?country=Norway",
        "/expected/items/?active=perhaps",
    ],
)
def test_instead_of_a_file_of_nothing_comes_the_page_that_says_so(client_for, owner, path):
    response = client_for(owner).get(f"{path}&format=csv")
    assert response.status_code == 422
    assert response["Content-Type"].startswith("text/html")
    assert "format=csv&amp;" not in response.content.decode(), "no tab leads to a file"
    assert "This filter can't be read" in response.content.decode()


def test_days_that_can_be_read_stay_while_another_filter_cannot(client_for, owner):
    page = client_for(owner).get("/expected/?view=week&country=Norway").content.decode()
    assert '<input type="hidden" name="view" value="week">' in page
