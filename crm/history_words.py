"""Values of old rows as people read them: labels of choices, names of other rows, days, money, yes and no."""

from collections import defaultdict
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.utils.translation import gettext as _

from accounts.access import visible
from crm.templatetags import figures

CURRENT_CURRENCY = {"amount"}  # in the digits of the order's currency
LONGEST = 300


def shown_field(model, name):
    """The field that a column is of; None where the model has none of this name."""
    try:
        return model._meta.get_field(name.removesuffix("_id"))
    except FieldDoesNotExist:
        return None


def label_of(field):
    label = str(field.verbose_name)
    return label[:1].upper() + label[1:]


class Words:
    """Collects which other rows values point to, fetches those that `user` may see, and then says each value."""

    def __init__(self, user, currency=""):
        self.user, self.currency = user, currency
        self.wanted = defaultdict(set)
        self.names = {}

    def want(self, field, value):
        if field.is_relation and value is not None:
            self.wanted[field.related_model].add(value)

    def fetch(self):
        """One query a table."""
        for model, keys in self.wanted.items():
            rows = model._default_manager.all()
            rows = visible(self.user, rows) if hasattr(model, "access_q") else rows
            self.names[model] = {pk: str(row) for pk, row in rows.in_bulk(keys).items()}

    def say(self, field, value):
        if value is None or value == "":
            return figures.NONE
        if field.is_relation:
            return self.names.get(field.related_model, {}).get(value, _("not shown"))
        if field.choices:
            return str(dict(field.flatchoices).get(value, value))
        if field.name == "country":
            return figures.country(value)
        if field.name == "fiscal_year_start":
            return figures.month_of_year(value)
        return self._plainly(field, value)

    def _plainly(self, field, value):
        if isinstance(value, bool):
            return _("yes") if value else _("no")
        if isinstance(value, datetime):
            return figures.day_time(value)
        if isinstance(value, date):
            return figures.day_year(value)
        if isinstance(value, Decimal):
            if self.currency and field.name in CURRENT_CURRENCY:
                return figures.money(value, self.currency)
            return figures.quantity(value) if field.name != "unit_price" else figures.number(value, 5)
        text = str(value)
        return text if len(text) <= LONGEST else text[:LONGEST] + "…"


def from_json(field, value):
    """What an import wrote down as JSON, as the field has it."""
    if field.is_relation:
        return int(value) if value is not None else None
    if isinstance(field, models.BooleanField):
        return bool(value)
    return field.to_python(value)
