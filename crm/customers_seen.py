"""Whose notes these are, as far as the reader may know."""

from accounts.access import visible
from crm.models import Customer


def customers_seen(user, notes):
    """{primary key: customer} of `notes`, in one query.

    One's own notes stay one's own after their customer went to somebody else; his name is then no longer to be seen.
    """
    return visible(user, Customer.objects).in_bulk({note.customer_id for note in notes} - {None})
