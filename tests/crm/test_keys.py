import pytest

from crm.keys import LARGEST_KEY, row_key

ENDLESS = "9" * 5000


def test_the_number_of_a_row_or_none():
    assert [row_key(text) for text in ("7", str(LARGEST_KEY))] == [7, LARGEST_KEY]
    assert {row_key(text) for text in ("", "x", "-1", "1.5", "²", str(LARGEST_KEY + 1), ENDLESS)} == {None}


@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/log/?people=", 200),
        ("/log/?customer=", 404),
        ("/people/new/?customer=", 404),
        ("/products/suggestions/?customer=", 200),
    ],
)
def test_a_number_without_end_is_no_failure(client_for, owner, address, status):
    assert client_for(owner).get(address + ENDLESS).status_code == status


def test_nor_is_one_of_what_to_restore(client_for, owner, customer):
    sent = {"record": f"customer-{ENDLESS}", "field": "name"}
    assert client_for(owner).post(f"/history/customer/{customer.pk}/restore/", sent).status_code in (302, 404)
