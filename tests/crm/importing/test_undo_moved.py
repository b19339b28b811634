"""What an import made for rows of an earlier one goes with it: those return to what they had."""

import pytest
from django.utils import timezone

from crm.importing import undo
from crm.importing.digest import digest
from crm.models import ImportRun
from tests.factories import make_user

pytestmark = pytest.mark.django_db
FIRST = ("A1", "2026-03-01", "X1", 10, "2.50", "K1")


@pytest.mark.parametrize(
    "second",
    [
        pytest.param(("A1", "2026-03-01", "X1", 10, "2.50", "K2"), id="a known order, under a new customer"),
        pytest.param(("A1", "2026-03-01", "X2", 10, "2.50", "K1"), id="a known line, with a new product"),
    ],
)
def test_an_order_that_moved_moves_back(bring, second):
    rep = make_user()
    bring([FIRST], owner=rep)
    before = digest()
    run = bring([second], owner=rep)
    assert digest() != before
    ImportRun.objects.filter(pk=run.pk).update(wanted="undo", asked_at=timezone.now())
    run.refresh_from_db()
    undo.undo(run, rep, timezone.now())
    assert ImportRun.objects.get(pk=run.pk).state == "undone"
    assert digest() == before
