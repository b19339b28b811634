"""Puts the demo company into the database: all rows are made in memory first, then written in one short go."""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from django.db import connection, transaction
from django.db.models import F
from django.utils.translation import gettext as _

from accounts.models import Team, User
from crm.demo import REP_EMAIL, SOURCE
from crm.demo.company import BASE_CURRENCY, CATALOGUE, FREIGHT, ITEMS, SUCCESSION, monthly_rates
from crm.demo.customers import COLLEAGUES, CUSTOMERS, HANDED_OVER, TEAM, ZONE
from crm.demo.names import PEOPLE
from crm.demo.notes import make_notes, rep_on
from crm.demo.orders import make_orders
from crm.demo.people import make_people
from crm.demo.reports import make_reports, make_targets
from crm.demo.shipping import ship
from crm.demo.truths import TRUTHS
from crm.importing import bulk
from crm.models import (
    Assignment,
    Closure,
    ContactPoint,
    Customer,
    CustomerItem,
    Employment,
    ExchangeRate,
    Installation,
    Note,
    NotePerson,
    Order,
    OrderLine,
    Person,
    PersonDate,
    Product,
    ProductSuccession,
    Promise,
    SellOut,
    Shipment,
    ShipmentLine,
    StockLevel,
    Target,
)
from crm.searching import index

BATCH = 2000
FIRST_DAY_AGO = 1826


class NotEmpty(Exception):
    """The installation has customers or products already; made-up ones must not be mixed with them."""


@dataclass
class Rows:
    """Model instances by table, in the order in which they can be written, and those that others point to."""

    now: datetime
    tables: dict = field(default_factory=dict)
    users: dict = field(default_factory=dict)
    customers: dict = field(default_factory=dict)
    products: dict = field(default_factory=dict)
    people: dict = field(default_factory=dict)
    lines: dict = field(default_factory=dict)  # id() of a generated line -> its row
    reversals: list = field(default_factory=list)  # (row, the row that it reverses)

    def add(self, row):
        self.tables.setdefault(type(row), []).append(row)
        return row


def load_demo(today: date, seed: int, now: datetime) -> dict[str, int]:
    """Load the company as it stands on `today`; returns rows by table name. Raises NotEmpty."""
    if Customer.objects.exists() or Product.objects.exists():
        raise NotEmpty(
            _(
                "There are customers or products already. The demo company is only loaded into an empty installation."
            )
        )
    if Installation.current().base_currency != BASE_CURRENCY:
        raise NotEmpty(_("The demo company reckons in euro, this installation in another currency."))
    rows = Rows(now)
    rates = monthly_rates(today, seed)
    orders = make_orders(today, seed, rates)
    ship(orders, today, seed)
    add_colleagues(rows)
    add_catalogue(rows, today)
    add_rates(rows, rates)
    add_customers(rows, today, {order.code for order in orders})
    add_people(rows, today, seed)
    add_orders(rows, orders, today)
    add_reports(rows, orders, today, seed)
    add_notes(rows, make_notes(orders, today, seed), today)
    return write(rows)


def check_empty():
    if Customer.objects.exists() or Product.objects.exists():
        raise NotEmpty(
            _(
                "There are customers or products already. The demo company is only loaded into an empty installation."
            )
        )


@transaction.atomic
def write(rows: Rows) -> dict[str, int]:
    installation = Installation.objects.select_for_update().get(pk=1)
    check_empty()  # again, now that nobody else can write: two first starts at once load it once
    for model, instances in rows.tables.items():
        # Rates that somebody entered are true; those made up here give way.
        model.objects.bulk_create(instances, batch_size=BATCH, ignore_conflicts=model is ExchangeRate)
    with connection.cursor() as cursor:
        # A planner that takes the tables for empty would go through them line by line.
        bulk.analyze(cursor, *(model._meta.db_table for model in (Order, OrderLine, Shipment, ShipmentLine)))
    for row, original in rows.reversals:
        row.reverses = original
    OrderLine.objects.bulk_update([row for row, _original in rows.reversals], ["reverses"])
    write_down_since_when(rows)
    for model in (Customer, Person, Note, Product):
        index.refresh(model._meta.model_name, [row.pk for row in rows.tables[model]])
    installation.demo_loaded_at, installation.demo_removed_at = rows.now, None
    installation.save(update_fields=["demo_loaded_at", "demo_removed_at"])
    return {str(model._meta.verbose_name_plural): len(instances) for model, instances in rows.tables.items()}


def write_down_since_when(rows):
    """Customers and people are known, and notes written, since they begin and happened: not since the demo was loaded."""
    Note.objects.filter(customer__is_demo=True).update(
        created_at=F("happened_at"), updated_at=F("happened_at")
    )
    begun = {}
    for row in (*rows.tables[Assignment], *rows.tables[Employment]):
        for known in filter(None, (row.customer, getattr(row, "person", None))):
            begun[known] = min(row.from_on, begun.get(known, row.from_on))
    for known, day in begun.items():
        known.created_at = datetime.combine(day, time(9), ZoneInfo(ZONE))
    for model in (Customer, Person):
        model.objects.bulk_update([row for row in begun if isinstance(row, model)], ["created_at"])


def add_colleagues(rows):
    team = rows.add(Team(name=TEAM, is_demo=True))
    for colleague in COLLEAGUES:
        user = User(
            email=colleague.email, name=colleague.name, role=colleague.role, team=team, time_zone=ZONE
        )
        user.is_demo = True
        # No password: one gets in by the sign-in link that the terminal prints.
        user.set_unusable_password()
        rows.users[colleague.email] = rows.add(user)


def add_catalogue(rows, today):
    for item in CATALOGUE:
        rows.products[item.sku] = rows.add(
            Product(sku=item.sku, name=item.name, category=item.category, unit=item.unit, pack_size=item.pack)
        )
    rows.products[FREIGHT] = rows.add(
        Product(sku=FREIGHT, name="Freight", category="Services", unit="job", kind=Product.Kind.SERVICE)
    )
    for product in rows.products.values():
        product.is_demo = True
    old, new, ago = SUCCESSION
    rows.products[old].is_active = False
    from_on = today - timedelta(days=ago)
    rows.add(ProductSuccession(old=rows.products[old], new=rows.products[new], from_on=from_on))


def add_rates(rows, rates):
    for (currency, month), rate in rates.items():
        rows.add(ExchangeRate(currency=currency, month=month, rate=rate, source=SOURCE))


def add_customers(rows, today, with_orders):
    for customer in CUSTOMERS:
        owner = rows.users[customer.rep]
        rows.customers[customer.code] = row = rows.add(
            Customer(
                code=customer.code, name=customer.name, country=customer.country, city=customer.city,
                time_zone=customer.zone, currency=customer.currency, owner=owner, is_demo=True,
                fiscal_year_start=customer.fiscal_year_start, orders_rev=int(customer.code in with_orders),
                orders_known_through=today - timedelta(days=1),
            )
        )  # fmt: skip
        add_assignments(rows, row, owner, today)
        truth = TRUTHS[customer.code]
        if truth.vacation:
            add_closure(rows, row, truth.vacation, today)
        for sku, why in truth.steady.items():
            given, family, *_ = PEOPLE[customer.code][0]
            said_by = f"{given} {family}"
            rows.add(CustomerItem(customer=row, product=rows.products[sku], remark=why, said_by=said_by))


def add_assignments(rows, customer, owner, today):
    start = today - timedelta(days=min(TRUTHS[customer.code].since, FIRST_DAY_AGO) + 30)
    if customer.code in HANDED_OVER:
        earlier, ago = HANDED_OVER[customer.code]
        handed = today - timedelta(days=ago)
        before = handed - timedelta(days=1)
        rows.add(Assignment(customer=customer, rep=rows.users[earlier], from_on=start, to_on=before))
        start = handed
    rows.add(Assignment(customer=customer, rep=owner, from_on=start))


def add_closure(rows, customer, vacation, today):
    first, last = (date(today.year, *map(int, day.split("-"))) for day in vacation)
    if first > last:
        first = first.replace(year=first.year - 1)
    rows.add(Closure(customer=customer, from_on=first, to_on=last, yearly=True, source=Closure.Source.TOLD))


def add_people(rows, today, seed):
    moved = []
    for found in make_people(CUSTOMERS, today, seed):
        customer = rows.customers.get(found.move.to if found.move else found.code)
        person = rows.add(
            Person(
                owner=customer.owner if customer else rows.users[REP_EMAIL],
                given_name=found.given, family_name=found.family, native_name=found.native,
                name_order=Person.NameOrder.FAMILY_FIRST if found.family_first else Person.NameOrder.GIVEN_FIRST,
                language=found.language, time_zone=customer.time_zone if customer else ZONE, status=found.status,
                greet=found.greet, cadence_days=found.cadence, facts=found.facts, is_demo=True,
            )
        )  # fmt: skip
        rows.people.setdefault(found.code, []).append(person)
        if found.code:
            add_employments(rows, person, found, today)
        if found.move:
            moved.append((found.move.to, person))
        if found.birthday:
            rows.add(PersonDate(person=person, **asdict(found.birthday)))
        for kind, label, value in found.contacts:
            rows.add(ContactPoint(person=person, kind=kind, label=label, value=value))
    for code, person in moved:
        rows.people[code].append(person)


def add_employments(rows, person, found, today):
    ended = today - timedelta(days=found.ended_ago) if found.ended_ago else None
    began = today - timedelta(days=found.began_ago or TRUTHS[found.code].since)
    from_on = min(began, ended or today)
    customer = rows.customers[found.code]
    rows.add(Employment(person=person, customer=customer, role=found.role, from_on=from_on, to_on=ended))
    if found.move:
        there, role = rows.customers[found.move.to], found.move.role
        rows.add(Employment(person=person, customer=there, role=role, from_on=ended + timedelta(days=1)))


def add_orders(rows, orders, today):
    by_code = {customer.code: customer for customer in CUSTOMERS}
    for order in orders:
        rep = rows.users[rep_on(by_code[order.code], order.day, today)]
        row = rows.add(
            Order(
                customer=rows.customers[order.code], source=SOURCE, number=order.number, ordered_on=order.day,
                kind=Order.Kind.RETURN if order.is_return else Order.Kind.ORDER, status=order.status,
                currency=order.currency, credited_to=rep,
            )
        )  # fmt: skip
        for place, line in enumerate(order.lines, 1):
            rows.lines[id(line)] = add_line(rows, row, order, line, place)
        for number, shipped_on, lines in order.shipments:
            shipment = rows.add(Shipment(order=row, number=number, shipped_on=shipped_on))
            for line in lines:
                order_line = rows.lines[id(line)]
                rows.add(ShipmentLine(shipment=shipment, order_line=order_line, quantity=order_line.quantity))


def add_line(rows, order, found, line, place):
    goods = line.sku != FREIGHT
    row = rows.add(
        OrderLine(
            order=order, key=str(place * 10), product=rows.products[line.sku],
            kind=OrderLine.Kind.GOODS if goods else OrderLine.Kind.SERVICE,
            unit=ITEMS[line.sku].unit if goods else "", quantity=Decimal(line.quantity),
            unit_price=line.price, amount=line.amount, unit_cost=line.cost,
            promised_on=found.promised_on if goods else None, learn=line.learn,
        )
    )  # fmt: skip
    if line.reverses:
        rows.reversals.append((row, rows.lines[id(line.reverses)]))
    return row


def add_reports(rows, orders, today, seed):
    sold, stocked = make_reports(orders, today, seed)
    for one in sold:
        customer, product = rows.customers[one.code], rows.products[one.sku]
        rows.add(SellOut(customer=customer, product=product, month=one.month, quantity=one.quantity))
    for one in stocked:
        customer, product = rows.customers[one.code], rows.products[one.sku]
        rows.add(StockLevel(customer=customer, product=product, on=one.on, quantity=one.quantity))
    for aim in make_targets(orders, today):
        customer = rows.customers[aim.code]
        rows.add(Target(customer=customer, from_on=aim.from_on, amount=aim.amount, currency=aim.currency))


def add_notes(rows, notes, today):
    for note in notes:
        told = note.told
        guided = (
            {"wants": told.wants, "why": told.why, "can_we": told.can_we, "decision": told.decision,
             "private": told.private, "pinned": told.pinned} if told else {}
        )  # fmt: skip
        row = rows.add(
            Note(
                customer=rows.customers[note.code], author=rows.users[note.author],
                happened_at=note.happened_at, kind=note.kind, text=note.text, **guided,
            )
        )  # fmt: skip
        for place in note.people:
            rows.add(NotePerson(note=row, person=rows.people[note.code][place]))
        for by, text, due, done in told.promises if told else ():
            due_on = today + timedelta(days=due)
            done_at = datetime.combine(due_on - timedelta(days=1), time(15), ZoneInfo(ZONE)) if done else None
            rows.add(Promise(note=row, by=by, text=text, due_on=due_on, done_at=done_at))
