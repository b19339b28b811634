"""Columns of a download that are Dangol's alone, whatever call leads: its window and its confidence are of its own day."""

from django.utils.translation import gettext as _

from crm.money import money_cell


def header():
    return [
        _("Dangol’s day"), _("Dangol’s day, from"), _("Dangol’s day, to"),
        _("Dangol’s amount"), _("Dangol’s amount, from"), _("Dangol’s amount, to"),
    ]  # fmt: skip


def cells(outlook):
    """`outlook`: None of a customer of whom nothing is computed yet."""
    if outlook is None:
        return [None] * 6
    amounts = (outlook.amount, outlook.amount_low, outlook.amount_high)
    return [
        outlook.expected_on, outlook.low_on, outlook.high_on,
        *(money_cell(amount, outlook.currency) for amount in amounts),
    ]  # fmt: skip
