"""Where people work, as far as a reminder needs it. One query each."""

from accounts.access import visible
from crm.models import Employment


def zones(people):
    """person -> the zone he works in, whoever has that customer: his day does not move with who reads of it."""
    rows = Employment.objects.filter(person__in=people, to_on=None).exclude(customer__time_zone="")
    return dict(rows.order_by("-pk").values_list("person", "customer__time_zone"))


def employers(user, people):
    """person -> the customer that he works at, where the reader may see it."""
    rows = visible(user, Employment.objects).filter(person__in=people, to_on=None).order_by("-pk")
    return dict(rows.values_list("person", "customer__name"))
