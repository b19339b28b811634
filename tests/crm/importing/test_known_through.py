"""Up to which day the orders are complete: asked in the preview, and corrected there."""

import datetime as dt

import pytest
import time_machine

from crm.models import Customer
from tests.crm.importing.test_wizard import Wizard, media  # noqa: F401 -- a fixture

pytestmark = [pytest.mark.django_db, pytest.mark.once]
TEXT = b"Order no,Order date,Customer,SKU,Qty,Price\nA1,2026-01-05,Nord,X,1,2\n"
TODAY = dt.datetime(2026, 1, 20, 12, tzinfo=dt.UTC)


@pytest.fixture
def wizard(owner, client_for):
    with time_machine.travel(TODAY, tick=False):
        wizard = Wizard(client_for(owner))
        wizard.preview(TEXT, "orders.csv")
        yield wizard


def known():
    return str(Customer.objects.get().orders_known_through)


def test_it_is_said_and_asked(wizard):
    page = wizard.get().content.decode()
    assert "Orders will count as complete up to 5 Jan 2026" in page
    assert "That is the last order of the file." in page
    assert 'value="2026-01-05"' in page
    # Nothing was said, and the file's last order counts.
    wizard.post("import_apply", {"said": "1", "complete_through": "2026-01-05"})
    assert wizard.work().options["complete_through"] == ""
    assert known() == "2026-01-05"


@pytest.mark.both
def test_it_is_corrected_with_the_import(wizard):
    wizard.post("import_apply", {"said": "1", "complete_through": "2026-01-18"})
    assert wizard.work().state == "applied"
    assert known() == "2026-01-18"
    assert "Orders are known up to" in wizard.get().content.decode()


def test_it_is_corrected_and_shown_again_and_emptied(wizard):
    wizard.post("import_preview", {"said": "1", "complete_through": "2026-01-18"})
    wizard.work()
    page = wizard.get().content.decode()
    assert "Orders will count as complete up to 18 Jan 2026" in page
    assert "That is the last order of the file." not in page
    assert 'value="2026-01-18"' in wizard.get("import_columns").content.decode()
    wizard.post("import_apply", {"said": "1", "complete_through": ""})
    wizard.work()
    assert known() == "2026-01-05"


@pytest.mark.parametrize(
    ("day", "words"), [("2026-01-21", "still to come"), ("0026-01-05", "So long ago"), ("nix", "valid date")]
)
def test_a_day_that_cannot_be_is_named(wizard, day, words):
    for step in ("import_apply", "import_preview"):
        response = wizard.post(step, {"said": "1", "complete_through": day})
        assert response.status_code == 422
        assert words in response.content.decode()
    assert wizard.run.wanted == ""
    wizard.post("import_apply")
    wizard.work()
    assert known() == "2026-01-05"


def test_a_file_up_to_today_has_no_question(owner, client_for):
    with time_machine.travel(TODAY.replace(day=5), tick=False):
        wizard = Wizard(client_for(owner))
        wizard.preview(TEXT, "orders.csv")
        page = wizard.get().content.decode()
    assert "Orders will count as complete up to 5 Jan 2026" in page
    assert "That is the last order of the file." not in page


REJECTED = TEXT + b"A2,some day,Nord,X,1,2\n"
NOT_COUNTED = "The rejected row is not counted."


def test_what_was_rejected_is_not_said_to_be_known(owner, client_for):
    with time_machine.travel(TODAY, tick=False):
        wizard = Wizard(client_for(owner))
        wizard.preview(REJECTED, "orders.csv")
        page = wizard.get().content.decode()
        assert NOT_COUNTED in page
        assert "An order among them would be taken for silence: mend them first." in page
        wizard.post("import_apply")
        wizard.work()
        page = " ".join(wizard.get().content.decode().split())
        assert f"Orders are known up to 5 Jan 2026. {NOT_COUNTED}" in page
        wizard.preview(REJECTED, "again.csv")
        page = wizard.get().content.decode()
        assert "There is nothing new in this file: 1 row was rejected, the others are known." in page
        assert "all of it is known" not in page
