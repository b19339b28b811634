"""What taking an import back comes to: rows that go, values that return, and what stays because it was touched since."""

from dataclasses import dataclass, field

from django.db.models import Exists, OuterRef

from accounts.access import visible
from crm.conversions import customers_converted
from crm.importing import masters, since, undo_removed
from crm.importing.tables import TABLES
from crm.models import (
    Assignment,
    Customer,
    ExchangeRate,
    ImportChange,
    Order,
    OrderLine,
    Product,
)

MODELS = {model._meta.model_name: model for model in TABLES}
# Not columns, but words for the reader of a change.
NO_COLUMNS = {"sku"}
CUSTOMER_OF = {Customer: "pk", Order: "customer_id", OrderLine: "order__customer_id"}
# Moves on with every later import; then it is that one's.
MOVES_ON = {"orders_known_through"}


@dataclass
class Change:
    """Of one row: what stood there before the run, and what the run left."""

    before: dict = field(default_factory=dict)
    after: dict = field(default_factory=dict)
    # Of a line that became another item: the journal knows the item by the file's word for it.
    sku: str = ""

    def add(self, before, after):
        self.sku = after.get("sku", self.sku)
        for name, value in before.items():
            if name not in NO_COLUMNS:
                self.before.setdefault(name, value)
                self.after[name] = after.get(name)


@dataclass
class Plan:
    """go: {model: keys of rows to delete} (lines of made orders go with them); back: {model: (columns, rows)} to restore;
    again: (columns, rows) of removed lines that return; stay: [(model, key, why)]; touched: customers whose orders change;
    left: {model: {key: values that the run left}} of those rows that no history watches.
    """

    go: dict
    back: dict
    again: tuple
    stay: list
    touched: set
    left: dict

    def is_outdated(self):
        """Whether somebody changed one of them since; asked in the transaction, and from then on nobody can."""
        return any(since.not_as_left(model, rows, lock=True) for model, rows in self.left.items())


def plan(run, user) -> Plan:
    hidden = since.hidden_from(user)
    made, changed, removed = _journal(run)
    made[Order] = dict.fromkeys(Order.objects.filter(run=run).values_list("pk", flat=True))
    compared = {
        model: _compare(model, changes, hidden, user, set(removed)) for model, changes in changed.items()
    }
    back = {model: rows for model, (_edited, rows) in compared.items()}
    returning = {
        Order: _returning(back[Order], changed[Order], "customer_id"),
        OrderLine: _returning(back[OrderLine], changed[OrderLine], "product_id"),
    }
    stay = {}
    # What hangs on another comes first: where it stays, the other does too. An assignment goes or stays with its customer.
    for model in sorted(TABLES, key=lambda model: model is Assignment):
        stay[model] = _staying(run, user, hidden, model, made, stay, returning)
    for model, (edited, _rows) in compared.items():
        stay[model] = edited | stay[model]
    stay[OrderLine] |= undo_removed.removed_later(run, changed[OrderLine])
    lost, again = undo_removed.plan(run, removed, set(hidden.values_list("pk", flat=True)))
    stay[OrderLine] = lost | stay[OrderLine]
    parts = since.of_wholes(made, stay)
    go = {
        model: [pk for pk in keys if pk not in stay[model] and pk not in parts.get(model, ())]
        for model, keys in made.items()
    }
    # That somebody else has the customer by now is no news about the import.
    told = [(model, pk, why) for model in stay if model is not Assignment for pk, why in stay[model].items()]
    touched = _touched(go, back) | undo_removed.customers(again)
    return Plan(go, back, again, told, touched, _left(go, back, made, changed))


def _left(go, back, made, changed):
    return {
        model: {pk: made[model][pk] for pk in go[model]}
        | {row[0]: changed[model][row[0]].after for row in back[model][1]}
        for model in TABLES
        if not hasattr(model, "history")
    }


def _staying(run, user, hidden, model, made, stay, returning):
    """{key: why} of rows that the run made and that are no longer the file's alone."""
    if model is Order:
        return since.of_orders(run, hidden)
    if model is OrderLine:
        return since.of_lines(run, hidden)
    if model is Customer:
        return since.of_customers(run, hidden, list(stay[Order]), returning[Order])
    if model is Product:
        return since.of_products(run, list(stay[Order]), list(stay[OrderLine]), returning[OrderLine])
    if model is Assignment:
        return _staying_assignments(made[Assignment], stay[Customer])
    return since.of_rows(run, model, user, made[model], stay)


def _journal(run):
    """({model: {key: values as made, or None}} of rows that the run made, {model: {key: Change}} of others,
    {key: values} of the lines that it removed)."""
    made, changed = {model: {} for model in TABLES}, {model: {} for model in TABLES}
    removed = {}
    entries = (
        ImportChange.objects.filter(run=run).order_by("pk").values_list("model", "row", "before", "after")
    )
    for name, row, before, after in entries.iterator(chunk_size=5000):
        if before is None:
            made[MODELS[name]][row] = after
        elif after is None:
            removed[row] = before
        else:
            changed[MODELS[name]].setdefault(row, Change()).add(before, after)
    for model, rows in made.items():
        for row in rows:
            changed[model].pop(row, None)
    _name_items(changed[OrderLine].values())
    return made, changed, removed


def _name_items(changes):
    products = masters.existing_products({change.sku for change in changes if change.sku})
    for change in changes:
        if change.sku in products:
            change.after["product_id"] = products[change.sku].pk


def _returning(back, changes, column):
    """Keys of rows that return from where the run put them: they hang on nothing that it made."""
    return {pk for pk, *_values in back[1] if column in changes[pk].before}


def _staying_assignments(ids, staying_customers):
    rows = Assignment.objects.filter(pk__in=list(ids))
    ended = rows.exclude(to_on=None) | rows.filter(customer__in=list(staying_customers))
    return dict.fromkeys(ended.values_list("pk", flat=True), since.IN_USE)


def _compare(model, changes, hidden, user, removed):
    """({row: why it stays}, (columns, rows to write)): a column returns where it still holds what the run left."""
    columns = sorted({name for change in changes.values() for name in change.before})
    fields = {f.attname: f for f in model._meta.concrete_fields}
    customer = CUSTOMER_OF.get(model)
    asked = ["pk", *columns, *([customer] if customer else [])]
    hidden, lost = set(hidden.values_list("pk", flat=True)), _lost(changes, removed)
    edited, rows = since.not_visible(model, user, changes), []
    if model is Order:
        edited |= dict.fromkeys(_taken_numbers(changes), since.EDITED)
    keys = [pk for pk in changes if pk not in edited]
    for start in range(0, len(keys), 5000):
        for pk, *values in model.objects.filter(pk__in=keys[start : start + 5000]).values_list(*asked):
            current, change = dict(zip(columns, values, strict=False)), changes[pk]
            moved = {
                name
                for name, left in change.after.items()
                if current[name] != (None if left is None else fields[name].to_python(left))
            }
            # An order may also have come from a customer who is somebody else's by now.
            if customer and (values[-1] in hidden or change.before.get("customer_id") in hidden):
                edited[pk] = since.NOT_YOURS
            elif moved - MOVES_ON or any(change.before.get(name) in gone for name, gone in lost.items()):
                edited[pk] = since.EDITED
            else:
                old = {name: value for name, value in change.before.items() if name not in moved}
                rows.append((pk, *((current | old)[name] for name in columns)))
    return edited, (columns, rows)


def _taken_numbers(changes):
    """Orders that were typed in, became an ERP's, and whose number somebody has typed in again since."""
    adopted = [pk for pk, change in changes.items() if "source" in change.before]
    found = set()
    for start in range(0, len(adopted), 5000):
        part = Order.objects.filter(pk__in=adopted[start : start + 5000]).exclude(number="")
        again = Order.objects.filter(source="", number=OuterRef("number")).exclude(pk=OuterRef("pk"))
        found |= set(part.filter(Exists(again)).values_list("pk", flat=True))
    return found


def _lost(changes, removed):
    """What a value would return to and nobody has any more: {column: keys of deleted rows}. What the run itself removed
    returns too."""
    lost = {}
    for column, model in (("customer_id", Customer), ("product_id", Product), ("reverses_id", OrderLine)):
        wanted = {change.before[column] for change in changes.values() if change.before.get(column)}
        if wanted:
            back = removed if model is OrderLine else set()
            lost[column] = (
                wanted - back - set(model.objects.filter(pk__in=wanted).values_list("pk", flat=True))
            )
    return lost


def _touched(go, back):
    orders = {pk for pk, *_values in back.get(Order, ((), ()))[1]} | set(go[Order])
    lines = {pk for pk, *_values in back.get(OrderLine, ((), ()))[1]} | set(go[OrderLine])
    found = set()
    for model, keys, column in (
        (Order, list(orders), "customer_id"),
        (OrderLine, list(lines), "order__customer_id"),
    ):
        for start in range(0, len(keys), 5000):
            part = model.objects.filter(pk__in=keys[start : start + 5000])
            found |= set(part.values_list(column, flat=True))
    columns, rows = back.get(Customer, ((), ()))
    if Customer.COMPUTED_FROM & set(columns):
        found |= {pk for pk, *_values in rows}
    columns, rows = back.get(Order, ((), ()))
    if "customer_id" in columns:
        found |= {row[1 + columns.index("customer_id")] for row in rows}
    if go[ExchangeRate] or back.get(ExchangeRate, ((), ()))[1]:
        found |= set(customers_converted().values_list("pk", flat=True))
    return found


def names(rows, reader):
    """{(model, key): what it is called} of rows that stay. Without those that are not the asker's, or by now no longer
    the `reader`'s: of him who brought the file in, and who reads it too."""
    found = {}
    rows = [row for row in rows if row[2] != since.NOT_YOURS]
    for model in {model for model, _pk, _why in rows}:
        keys = [pk for of, pk, _why in rows if of is model]
        entries = model.objects.filter(pk__in=keys)
        if reader and hasattr(model, "access_q"):
            entries = visible(reader, entries)
        if model is OrderLine:
            entries = entries.select_related("order", "product")
            found |= {(model, line.pk): f"{line.order} · {line.product}" for line in entries}
        else:
            found |= {(model, row.pk): str(row) for row in entries.select_related()}
    return found
