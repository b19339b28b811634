"""Filters that a link brought along: they show as chips that can be taken off."""

from dataclasses import dataclass

from accounts.access import get_visible
from crm.models import Customer, Product
from crm.querystring import without


@dataclass(frozen=True)
class Chip:
    """The row that a list was narrowed to, and the address of the page without it."""

    row: Customer | Product
    off: str


def chips(request, found, **rows):
    """{filter: chip} of what `found` (a FilterSet) was narrowed to; 404 where that is not the reader's to see.

    `rows`: by the name of a filter, where its row is looked up.
    """
    chosen = found.form.cleaned_data if found.form.is_valid() else {}
    return {
        name: Chip(get_visible(request.user, of, pk=chosen[name]), "?" + without(request.GET, name, "page"))
        for name, of in rows.items()
        if chosen.get(name)
    }
