"""A run's summary in the reader's words: counts by kind, first changes and rows, reasons."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.apps import apps
from django.db.models import Count, DecimalField, Window
from django.db.models.functions import RowNumber
from django.utils.translation import gettext_lazy as _

from crm.importing.kinds.order_lines import OrderLines
from crm.importing.kinds.registry import kind_of
from crm.importing.matching import NUMBERS
from crm.importing.reasons import REASONS
from crm.importing.values import NumberReader
from crm.models import ImportRow, OrderLine
from crm.templatetags.figures import plain, quantity

ROWS = 50
# Of one reason: a frequent one must not hide a rare one.
ROWS_OF_A_REASON = 8
# Of one file of orders: what its rows hold.
OF_ORDERS = {
    "customer": _("Customers"),
    "product": _("Products"),
    "order": _("Orders"),
    "line": _("Order lines"),
}
FATES = {"created": _("new"), "updated": _("changed"), "unchanged": _("unchanged")}
SKU = _("SKU")
STAYS = {
    "edited": _("edited since"),
    "later_import": _("changed by a later import: take that one back first"),
    "in_use": _("something else hangs on it by now"),
    "not_yours": _("belongs to somebody else by now"),
}


@dataclass(frozen=True)
class Kind:
    label: str
    created: int
    updated: int
    unchanged: int
    # None where a row of the file is no row of this kind.
    rejected: int | None = None
    # None where the import removes no row of this kind.
    removed: int | None = None


def kinds(run) -> list[Kind]:
    main = "line" if run.kind == OrderLines.name else run.kind
    counts = run.summary.get("kinds") or {main: _row_counts(run)}
    return [
        Kind(_label(name), **values, **({"rejected": run.rejected} if name == main else {}))
        for name, values in counts.items()
    ]


def updated(run) -> bool:
    """Whether anything here becomes another, be it by a file whose rows are all known."""
    return any(values["updated"] for values in run.summary.get("kinds", {}).values())


def _label(name):
    return OF_ORDERS[name] if name in OF_ORDERS else kind_of(name).label


def _row_counts(run):
    return {"created": run.created, "updated": run.updated, "unchanged": run.unchanged}


def changes(run):
    """[(kind, [(row, [(field, old, new)])])] of the first changed rows of each kind."""
    return [
        (
            _model(name)._meta.verbose_name_plural,
            [
                (entry["row"], [_field(_model(name), *field) for field in entry["fields"]])
                for entry in entries
            ],
        )
        for name, entries in run.summary.get("changes", {}).items()
        if entries
    ]


def _model(name):
    return apps.get_model("crm", name)


def _field(model, name, old, new):
    if name == "sku" and model is OrderLine:
        return SKU, old, new
    field = model._meta.get_field(name)
    if field.choices:
        words = dict(field.flatchoices)
        return field.verbose_name, words.get(old, old), words.get(new, new)
    if name in NUMBERS:
        return field.verbose_name, _figure(old), _figure(new)
    if isinstance(field, DecimalField):
        # A rate: all of its decimals, and no zeros behind them.
        return field.verbose_name, plain(old or None), plain(new or None)
    return field.verbose_name, old, new


def _figure(text):
    return quantity(Decimal(text)) if text else ""


def rows(run):
    """The first rows of the file as they will be."""
    return [
        row
        | {"fate_label": FATES[row["fate"]]}
        | {name: Decimal(row[name]) for name in ("quantity", "unit_price", "amount")}
        for row in run.summary.get("rows", [])
    ]


def records(run):
    """(labels, [(row, fate, fate in words, cells)]) of the first records as they will be; None of a file of orders."""
    if "records" not in run.summary:
        return None
    kind = kind_of(run.kind)
    shown = [kind.cell(name) for name in kind.shown]
    return [label for label, _how in shown], [
        {
            "number": entry["number"],
            "fate": entry["fate"],
            "fate_label": FATES[entry["fate"]],
            "cells": [
                (label, how, _cell(how, value))
                for (label, how), value in zip(shown, entry["cells"], strict=False)
            ],
        }
        for entry in run.summary["records"]
    ]


def _cell(how, value):
    if value in (None, ""):
        return None
    if how == "number":
        return Decimal(str(value))
    if how == "month":
        return value[:7]
    return date.fromisoformat(value) if how == "day" else value


def reasons(run, level):
    """[(reason in words, number of rows)], the most frequent first."""
    counted = run.rows.filter(level=level).order_by().values_list("reason").annotate(n=Count("pk"))
    return sorted(((REASONS[code], n) for code, n in counted), key=lambda item: -item[1])


def said_rows(run, level):
    """The first rows of each reason, with the reason in words."""
    place = Window(RowNumber(), partition_by="reason", order_by=["number", "pk"])
    rows = run.rows.filter(level=level).annotate(place=place).filter(place__lte=ROWS_OF_A_REASON)
    if run.summary.get("conflicts", {}).get("count"):
        rows = rows.exclude(reason="edited_since")  # these are shown with both values
    return [(row, REASONS[row.reason]) for row in rows.order_by("number", "pk")[:ROWS]]


def thousands(run):
    """Of columns of numbers: what is read with decimals and may be meant as thousands, in words."""
    kind, columns = kind_of(run.kind), run.options.get("columns", {})
    numbers = {str(index) for field, index in columns.items() if kind.is_number(field)}
    found = run.found.get("thousands", {})
    return [_thousand(run.found["header"][int(index)], *found[index]) for index in found if index in numbers]


def _thousand(header, text, other):
    mark = "," if "," in other else "."
    said = {"header": header, "text": text, "other": other, "value": quantity(NumberReader(mark)(text))}
    words = _(
        "“%(header)s”: “%(text)s” is read as %(value)s, because “%(other)s” shows decimals. Are thousands meant? Then correct "
        "the file."
    )
    return words % said


def stays(run):
    return [
        (_model(entry["model"])._meta.verbose_name, entry["name"], STAYS[entry["why"]])
        for entry in run.summary.get("stays", [])
    ]


def vanished(run):
    """Lines of known orders that the file no longer has."""
    said = run.summary.get("vanished") or {"going": 0, "staying": 0, "first": [], "stay": []}
    first = [line | {name: Decimal(line[name]) for name in ("quantity", "amount")} for line in said["first"]]
    return said | {"first": first, "stay": [line | {"why": STAYS[line["why"]]} for line in said["stay"]]}


def conflicts(run):
    """What a person edited and the file says otherwise: how many, and [(id, kind, row, [(field, ours, theirs)], taken)]."""
    said = run.summary.get("conflicts") or {"count": 0, "first": []}
    first = [
        (
            entry["id"],
            _model(entry["model"])._meta.verbose_name,
            entry["row"],
            [_field(_model(entry["model"]), *field) for field in entry["fields"]],
            entry["taken"],
        )
        for entry in said["first"]
    ]
    return {"count": said["count"], "first": first, "more": said["count"] - len(first)}


def namesakes(run):
    """New customers of the file who are named like known ones."""
    said = run.summary.get("namesakes") or {"count": 0, "first": []}
    return said | {"more": said["count"] - len(said["first"])}


def asks_through(run, today):
    """Whether nobody has said up to which day the file is complete, and its last order is of an earlier day."""
    return bool(
        run.complete_through and not run.options.get("complete_through") and run.complete_through < today
    )


def removed(run):
    return run.summary.get("kinds", {}).get("line", {}).get("removed", 0)


REJECTED, WARNING = ImportRow.Level.REJECTED, ImportRow.Level.WARNING
