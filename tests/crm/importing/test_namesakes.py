"""A new customer of a file who is named like a known one: shown, and the same where the user says so, now and later."""

import pytest

from crm.importing import masters
from crm.importing.choices import Choices
from crm.importing.digest import digest
from crm.models import Customer, Order
from crm.similar import cores
from tests.crm.importing.conftest import counts, full
from tests.crm.importing.test_wizard import Wizard, media  # noqa: F401 -- a fixture
from tests.factories import make_customer, make_user

pytestmark = [pytest.mark.django_db, pytest.mark.once]


def rows(name, customer="K9", order="A1"):
    row = full(order, "2026-03-01", "X", 5, "10.50", customer)
    row[3] = name
    return [row]


def test_he_is_named_and_made_new_where_nobody_says_more(bring):
    known = make_customer("Fjord Handel AS", country="NO", code="C1")
    make_customer("Fjord Handel Ltd", country="GB")
    make_customer("Fjordland AS", country="NO")
    run = bring(rows("FJORD HANDEL LTD"))
    said = run.summary["namesakes"]
    assert said["count"] == 1
    assert (said["first"][0]["key"], said["first"][0]["same"]) == ("code:K9", None)
    assert said["first"][0]["likes"][0] == [known.pk, "Fjord Handel AS", "NO", "C1"]
    assert [like[1] for like in said["first"][0]["likes"]] == ["Fjord Handel AS", "Fjord Handel Ltd"]
    assert Customer.objects.count() == 4
    assert bring(rows("FJORD HANDEL LTD")).summary["namesakes"]["count"] == 0


@pytest.mark.both
@pytest.mark.parametrize("code", ["K9", ""])
def test_the_same_customer_is_found_now_and_by_the_next_file(bring, taken_back, code):
    """One who was typed by hand, and no file spoke of yet."""
    known = make_customer("Fjord Handel AS", country="NO", code="C1")
    before = digest()
    key = masters.code_key(code) if code else masters.name_key("Fjord Handel Ltd", "NO")
    run = bring(rows("Fjord Handel Ltd", code), choices=Choices(same={key: known.pk}))
    assert run.summary["kinds"]["customer"] == {"created": 0, "updated": 0, "unchanged": 1}
    assert Order.objects.get().customer == known
    assert Customer.objects.get().name == "Fjord Handel AS"
    again = bring(rows("Fjord Handel Ltd", code, "A2"))
    assert again.summary["namesakes"]["count"] == 0
    assert Order.objects.filter(customer=known).count() == 2
    assert counts(bring(rows("Fjord Handel Ltd", code))) == (0, 0, 1, 0)
    assert taken_back(again).state == "undone"
    assert taken_back(run).state == "undone"
    assert digest() == before


def test_one_with_a_code_of_his_learns_a_further_one(bring, taken_back):
    bring(rows("Fjord Handel AS", "K1", "A0"))
    known, before = Customer.objects.get(), digest()
    both = [*rows("Fjord Handel AS", "K1", "A0"), *rows("Fjord Handel Ltd", "K9")]
    run = bring(both, choices=Choices(same={"code:K9": known.pk}))
    assert Order.objects.filter(customer=known).count() == 2
    # Two names for one customer do not take turns.
    for _ in range(2):
        again = bring(both)
        assert counts(again) == (0, 0, 2, 0)
        assert again.summary["kinds"]["customer"] == {"created": 0, "updated": 0, "unchanged": 2}
        assert again.summary["conflicts"]["count"] == 0
    assert Customer.objects.get().name == "Fjord Handel AS"
    taken_back(run)
    assert digest() == before


def test_a_customer_of_somebody_else_is_neither_shown_nor_taken(bring):
    mine = make_user()
    theirs = make_customer("Fjord Handel AS", country="NO", owner=make_user())
    run = bring(rows("Fjord Handel Ltd"), user=mine, owner=mine, choices=Choices(same={"code:K9": theirs.pk}))
    assert run.summary["namesakes"]["count"] == 0
    assert Order.objects.get().customer != theirs


def test_each_known_name_is_looked_at_once(bring, monkeypatch):
    for n in range(40):
        make_customer(f"Known {n} AS")
    looked = []
    monkeypatch.setattr("crm.importing.namesakes.cores", lambda name: looked.append(name) or cores(name))
    bring([row for n in range(30) for row in rows(f"Known {n} Ltd", f"K{n}", f"A{n}")])
    assert len(looked) == 40 + 30


TEXT = "Order no,Order date,Customer code,Customer,SKU,Qty,Price\nA1,2026-01-05,K9,Fjord Handel Ltd,X,1,2\n"


def test_the_preview_asks_and_can_be_told_otherwise(owner, client_for):
    known = make_customer("Fjord Handel AS", country="NO", owner=owner)
    wizard = Wizard(client_for(owner))
    wizard.preview(TEXT.encode(), "first.csv")
    page = wizard.get().content.decode()
    assert "Named like a customer you have" in page
    assert "the same as Fjord Handel AS · NO" in page
    name = page.partition('name="same_')[2].partition('"')[0]
    assert wizard.post("import_preview", {"said": "1", f"same_{name}": "999999"}).status_code == 422
    wizard.post("import_preview", {"said": "1", f"same_{name}": known.pk})
    run = wizard.work()
    assert run.summary["kinds"]["customer"]["created"] == 0
    assert f'<option value="{known.pk}" selected>' in wizard.get().content.decode()
    wizard.post("import_preview", {"said": "1"})
    assert wizard.work().summary["kinds"]["customer"]["created"] == 1
    wizard.post("import_apply", {"said": "1", f"same_{name}": known.pk})
    wizard.work()
    assert Order.objects.get().customer == known
