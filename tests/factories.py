"""Rows for tests: each maker fills in what the test does not care about."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import count

from accounts.models import Team, User
from crm.models import Customer, Employment, Note, Order, OrderLine, Person, Product
from crm.money import round_money

PASSWORD = "an honest long password"
numbers = count(1)


def make_team(name=None, **fields):
    return Team.objects.create(name=name or f"Team {next(numbers)}", **fields)


def make_user(email=None, password=PASSWORD, **fields):
    number = next(numbers)
    fields.setdefault("name", f"User {number}")
    return User.objects.create_user(email or f"user{number}@example.com", password, **fields)


def make_customer(name=None, **fields):
    number = next(numbers)
    fields = {
        "code": f"C{number}",
        "country": "NO",
        "city": "Oslo",
        "time_zone": "Europe/Oslo",
        "currency": "EUR",
    } | fields
    return Customer.objects.create(name=name or f"Customer {number}", **fields)


def make_product(sku=None, **fields):
    number = next(numbers)
    return Product.objects.create(sku=sku or f"SKU-{number}", **({"name": f"Product {number}"} | fields))


def make_order(customer, ordered_on=date(2026, 1, 15), lines=(("SKU-A", 10, "12.50"),), **fields):
    """An order with `lines` of (SKU, quantity, unit price); products that do not exist yet are made."""
    order = Order.objects.create(**_order(customer, ordered_on, fields))
    _make_lines({order: lines})
    Customer.objects.filter(pk=customer.pk).count_change()
    return order


def make_orders(customer, orders, **fields):
    """A history at once, of (ordered on, lines): written in bulk, as imports do it."""
    orders = list(orders)
    made = Order.objects.bulk_create(Order(**_order(customer, day, fields)) for day, _ in orders)
    _make_lines({order: lines for order, (_, lines) in zip(made, orders, strict=True)})
    Customer.objects.filter(pk=customer.pk).count_change()
    return made


def _order(customer, ordered_on, fields):
    return {
        "customer": customer,
        "ordered_on": ordered_on,
        "number": f"PO-{next(numbers)}",
        "currency": customer.currency,
        "credited_to": customer.owner,
    } | fields


def _make_lines(lines_of):
    skus = {sku: None for lines in lines_of.values() for sku, _, _ in lines}
    products = {
        sku: Product.objects.get_or_create(sku=sku, defaults={"name": f"Product {sku}"})[0] for sku in skus
    }
    OrderLine.objects.bulk_create(
        OrderLine(
            order=order,
            key=str(key),
            product=products[sku],
            quantity=Decimal(quantity),
            unit_price=Decimal(price),
            amount=round_money(Decimal(quantity) * Decimal(price), order.currency),
        )
        for order, lines in lines_of.items()
        for key, (sku, quantity, price) in enumerate(lines, 1)
    )


def make_person(customer=None, role="Buyer", **fields):
    """A person; with `customer`, employed there."""
    fields = {"given_name": "Ingrid", "family_name": f"Solberg {next(numbers)}"} | fields
    if "owner" not in fields:
        fields["owner"] = customer.owner if customer else make_user()
    person = Person.objects.create(**fields)
    if customer:
        Employment.objects.create(person=person, customer=customer, role=role)
    return person


def make_note(
    customer,
    text="They want a price list in March.",
    happened_at=datetime(2026, 2, 3, 9, tzinfo=UTC),
    **fields,
):
    fields = {"author": customer.owner} | fields
    return Note.objects.create(customer=customer, text=text, happened_at=happened_at, **fields)
