"""A return and what it takes back are not learned from; when one of both goes, by whatever way, the other is again."""

from datetime import date

import pytest

from crm.importing import reversals
from crm.importing.log import Journal
from crm.models import Order, OrderLine
from tests.factories import make_customer, make_order

pytestmark = pytest.mark.django_db


@pytest.fixture
def pair():
    """(the order, its return), marked as an import does."""
    customer = make_customer()
    order = make_order(customer, date(2026, 3, 1), [("GIANT", 500, "9")])
    back = make_order(customer, date(2026, 3, 1), [("GIANT", -500, "9")])
    reversals.mark([customer.pk], 0, Journal(None))
    assert set(OrderLine.objects.values_list("learn", flat=True)) == {False}
    return order, back


@pytest.mark.parametrize("which", [0, 1])
@pytest.mark.parametrize(
    "take_out",
    [
        lambda order: order.lines.get().delete(),
        lambda order: order.lines.all().delete(),
        lambda order: order.delete(),
        lambda order: Order.objects.filter(pk=order.pk).delete(),
    ],
    ids=["a line", "lines", "an order", "orders"],
)
def test_what_is_left_alone_is_learned_from_again(pair, which, take_out):
    take_out(pair[which])
    left = OrderLine.objects.get()
    assert (left.learn, left.reverses) == (True, None)


def test_both_go_together(pair):
    OrderLine.objects.all().delete()
    assert not OrderLine.objects.exists()


def test_what_was_left_out_by_hand_stays_out(pair):
    other = make_order(pair[0].customer, date(2026, 4, 1), [("LAMP", 3, "9")])
    other.lines.update(learn=False)
    pair[0].delete()
    assert not other.lines.get().learn
