"""Takes the demo company out again, in one step and for good. What is real stays."""

from collections import Counter
from datetime import datetime

from django.apps import apps
from django.db import models, transaction
from django.utils.translation import gettext as _

from accounts.models import Team, User
from crm.demo import SOURCE
from crm.demo.traces import made_up, remove_traces
from crm.models import (
    Closure,
    Customer,
    CustomerItem,
    ExchangeRate,
    Installation,
    Note,
    Order,
    OrderLine,
    Person,
    Product,
    SearchDocument,
    SellOut,
    Shipment,
    ShipmentLine,
    StockLevel,
    Target,
)
from crm.searching import index

# What an import brought says so in its rows, for it leaves no history.
IMPORTED = (SellOut, StockLevel, Target)


class HeirNeeded(Exception):
    """Something real belongs to a demo user, and nobody is there to take it over."""


def real_administrators():
    return User.objects.filter(role=User.Role.ADMIN, is_active=True, is_demo=False)


def demo_contents() -> dict[str, int]:
    """What a removal would take away, for the page that asks."""
    customers = Customer.objects.filter(is_demo=True)
    return {
        "customers": customers.count(),
        "orders": Order.objects.filter(customer__in=customers, run=None).count(),
        "notes": Note.objects.filter(customer__in=customers).count(),
        "people": Person.objects.filter(is_demo=True).count(),
        "products": Product.objects.filter(is_demo=True).count(),
        "rates": ExchangeRate.objects.filter(source=SOURCE).count(),
        "users": User.objects.filter(is_demo=True).count(),
    }


@transaction.atomic
def remove_demo(heir: User | None, now: datetime) -> Counter:
    """Remove all of it; returns the number of deleted rows by table name.

    `heir` takes over what a demo user owns or wrote outside the demo company. Stays, and is no longer called demo: a
    customer for whom orders were imported (without the made-up orders and notes), a product that any remaining line
    or remark uses, a team with other members. Raises HeirNeeded where somebody must take over and nobody is named.
    """
    installation = Installation.objects.select_for_update().get(pk=1)
    gone, made = Counter(), made_up()
    remove_orders(gone)
    remove_customers(gone)
    count(gone, Person.objects.filter(is_demo=True).delete())
    remove_products(gone)
    count(gone, ExchangeRate.objects.filter(source=SOURCE).delete())
    remove_colleagues(gone, heir)
    remove_traces(made)
    installation.demo_removed_at = now
    installation.save(update_fields=["demo_removed_at"])
    return gone


def count(gone, deleted):
    for label, number in deleted[1].items():
        if label == SearchDocument._meta.label:
            continue  # nobody knows that there are such things
        gone[str(apps.get_model(label)._meta.verbose_name_plural)] += number


def remove_orders(gone):
    """Orders of the demo customers, but for those that somebody imported: nobody imports what is made up."""
    orders = Order.objects.filter(customer__is_demo=True, run=None)
    lines = OrderLine.objects.filter(order__in=orders)
    # Few lines reverse another: without saying so PostgreSQL may look all of them up one by one.
    OrderLine.objects.filter(reverses__isnull=False, reverses__in=lines).update(reverses=None)
    for rows in (
        ShipmentLine.objects.filter(order_line__in=lines),
        Shipment.objects.filter(order__in=orders),
        lines,
        orders,
    ):
        # One statement a table: delete() would first read all lines into memory, with the write lock held.
        gone[str(rows.model._meta.verbose_name_plural)] += rows._raw_delete(rows.db)


def remove_customers(gone):
    customers = Customer.objects.filter(is_demo=True)
    with_orders = set(Order.objects.filter(customer__in=customers).values_list("customer", flat=True))
    leaving = customers.exclude(pk__in=with_orders)
    people = index.people_of(list(leaving.values_list("pk", flat=True)))
    count(gone, leaving.delete())
    # Real people who worked there are no longer found by it.
    index.refresh("person", people)
    count(gone, Note.objects.filter(customer__in=with_orders, author__is_demo=True).delete())
    for model in (CustomerItem, Closure, SellOut, StockLevel, Target):
        # What a person has entered, or put his hand to, has a history; what came with the demo has none.
        touched = model.history.values("id")
        made = model.objects.filter(customer__in=with_orders).exclude(pk__in=touched)
        count(gone, (made.filter(imported__isnull=True) if model in IMPORTED else made).delete())
    kept = Customer.objects.filter(pk__in=with_orders)
    kept.count_change()
    kept.update(is_demo=False)


def remove_products(gone):
    products = Product.objects.filter(is_demo=True)
    for real in (OrderLine, CustomerItem, *IMPORTED):
        products.filter(pk__in=real.objects.exclude(product=None).values("product")).update(is_demo=False)
    count(gone, products.delete())


def remove_colleagues(gone, heir):
    users = User.objects.filter(is_demo=True)
    # What a colleague was to reach by himself is nobody else's target.
    count(gone, Target.objects.filter(rep__in=users, customer=None, product=None).delete())
    for relation in User._meta.get_fields(include_hidden=True):
        # What would forbid to delete them, and history, which would point to nobody.
        if relation.one_to_many and relation.on_delete in (models.PROTECT, models.DO_NOTHING):
            hand_over(relation.related_model.objects, relation.field, users, heir)
    count(gone, users.delete())
    teams = Team.objects.filter(is_demo=True)
    teams.filter(user__isnull=False).update(is_demo=False)
    count(gone, teams.delete())


def hand_over(rows, field, users, heir):
    """Give the rows that point to one of `users` to the heir; to nobody where there is none and that is allowed."""
    rows = rows.filter(**{f"{field.name}__in": users})
    if heir is None and not field.null and rows.exists():
        raise HeirNeeded(
            _("Demo users own or wrote something real. Make an administrator first, who takes it over.")
        )
    rows.update(**{field.name: heir})
