"""Ledgers for a spreadsheet: one row an order day, as the page shows them."""

from django.utils.translation import gettext as _

from crm.exporting import download
from crm.money import money_cell


def header():
    sides = [_("Dangol"), _("Naive rule"), _("Sales rep")]
    called = [
        cell
        for side in sides
        for cell in (f"{side}: {_('called day')}", f"{side}: {_('days off')}", f"{side}: {_('right')}")
    ]
    return [
        _("Order before"), _("Order"), _("State"), _("Replayed"), *called, f"{_('Dangol')}: {_('from')}",
        f"{_('Dangol')}: {_('to')}", _("Currency"), _("Amount that came"), f"{_('Dangol')}: {_('amount')}",
        f"{_('Sales rep')}: {_('amount')}", _("Items that came"), f"{_('Dangol')}: {_('F1 of the basket')}",
        f"{_('Dangol')}: {_('quantities right')}", _("Reason"),
    ]  # fmt: skip


def export_lines(request, name, found):
    states = {"open": _("awaited"), "settled": _("the order came"), "missed": _("missed")}
    answers = {True: _("yes"), False: _("no"), None: None}
    # The stream is read after the reader's language has been left.
    rows = [cells(line, states, answers) for line in found]
    return download(request, name, header(), rows)


def export_customers(request, name, customers):
    """One row a customer: how many orders were called, and of how many the day was right."""
    sides = [_("Dangol"), _("Naive rule"), _("Sales rep")]
    head = [f"{side}: {word}" for side in sides for word in (_("right"), _("of"))]
    columns = (
        "customer__code", "customer__name", "customer__owner__name", "model_right", "model_of", "naive_right",
        "naive_of", "rep_right", "rep_of",
    )  # fmt: skip
    rows = ([row[column] for column in columns] for row in customers)
    return download(request, name, [_("Customer code"), _("Customer"), _("Sales rep"), *head], rows)


def cells(line, states, answers):
    model, rep = line.model, line.rep
    score = model.score if model else None
    sides = [cell for side in (model, line.naive, rep) for cell in _side(side, answers)]
    return [
        line.anchor_on, line.on, states[line.state], answers[line.replayed], *sides,
        model.said.low_on if model else None, model.said.high_on if model else None, line.currency, money_cell(line.amount, line.currency),
        _called(model, line.currency), _called(rep, line.currency), line.basket,
        score.basket_f1 if score else None, score.quantities_right if score else None,
        rep.said.reason if rep else None,
    ]  # fmt: skip


def _called(side, currency):
    """Nothing where it was called in another currency than the row's."""
    return money_cell(side.said.amount, currency) if side and side.said.currency == currency else None


def _side(side, answers):
    if not side:
        return [None, None, None]
    score = side.score
    return [side.said.expected_on, score.days_off if score else None, answers[score.right if score else None]]
