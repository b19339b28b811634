from datetime import date
from decimal import Decimal

from tests.factories import make_order, make_person


def test_an_order_is_made_with_its_lines_and_counted_at_its_customer(customer):
    before = customer.orders_rev
    order = make_order(customer, date(2026, 3, 1), [("AUR-400", 3, "1.335"), ("AUR-400", -1, "1.335")])
    customer.refresh_from_db()
    assert customer.orders_rev > before
    assert [line.amount for line in order.lines.all()] == [Decimal("4.01"), Decimal("-1.34")]


def test_a_person_works_at_the_customer_and_belongs_to_its_owner(customer, owner):
    person = make_person(customer, role="Buyer")
    assert person.owner == owner
    assert person.employments.get().customer == customer
