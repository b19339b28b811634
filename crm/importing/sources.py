"""Under which name of an ERP the orders of a file are known: what Dangol has exported comes in again as what it is."""

from collections import Counter

from accounts.access import visible
from crm.models import Order


def known_source(user, numbers) -> str:
    """The source under which most of these numbers are known to the user; "" where it is none, or the usual one."""
    found = visible(user, Order.objects.filter(number__in=[number for number in numbers if number]))
    known = Counter(found.values_list("source", flat=True))
    # Where as many are known without a source, the file is one of those.
    source, many = max(known.items(), key=lambda item: (item[1], not item[0]), default=("", 0))
    return source if 2 * many > len(numbers) else ""
