"""An order book of any size, written straight into the tables: for benches, and for workers to be killed at."""

import random
from datetime import date, timedelta
from decimal import Decimal
from itertools import count

from django.db.models import Max

from crm.models import Customer, Order, OrderLine, Product

THROUGH = date(2026, 6, 30)
PRODUCTS, ASSORTMENT = 600, 12
AT_ONCE = 2000


def fill(customers, orders=18, lines=4, seed=7):
    """So many customers more, each with a rhythm and products of his own; the same for the same arguments."""
    chance = random.Random(seed)
    products = _products()
    first = (Customer.objects.aggregate(Max("pk"))["pk__max"] or 0) + 1
    for start in range(first, first + customers, AT_ONCE):
        _fill(range(start, min(start + AT_ONCE, first + customers)), products, orders, lines, chance)


def _products():
    if not Product.objects.filter(sku="SIM-0").exists():
        Product.objects.bulk_create(
            Product(sku=f"SIM-{number}", name=f"Article {number}") for number in range(PRODUCTS)
        )
    return list(Product.objects.filter(sku__startswith="SIM-").order_by("pk").values_list("pk", flat=True))


def _fill(numbers, products, orders, lines, chance):
    made = Customer.objects.bulk_create(
        Customer(
            code=f"SIM{number}",
            name=f"Buyer {number}",
            country="NO",
            currency="EUR",
            orders_rev=1,
            orders_known_through=THROUGH,
        )
        for number in numbers
    )
    made_orders = []
    for customer in made:
        gap, day = chance.uniform(7, 45), THROUGH - timedelta(days=chance.randrange(20))
        for _order in range(orders):
            made_orders.append(Order(customer=customer, ordered_on=day, currency="EUR"))
            day -= timedelta(days=max(round(chance.gauss(gap, gap / 6)), 1))
    made_orders = Order.objects.bulk_create(made_orders, batch_size=AT_ONCE)
    OrderLine.objects.bulk_create(_lines(made_orders, products, lines, chance), batch_size=AT_ONCE)


def _lines(orders, products, lines, chance):
    assortments = {}
    for order in orders:
        own = assortments.setdefault(order.customer_id, chance.sample(products, ASSORTMENT))
        key = count(1)
        for product in chance.sample(own, lines):
            quantity = 6 * chance.randrange(1, 9)
            yield OrderLine(
                order=order,
                key=str(next(key)),
                product_id=product,
                quantity=quantity,
                unit_price=Decimal("2.5"),
                amount=Decimal("2.5") * quantity,
            )
