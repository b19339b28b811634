"""Days on which nobody is at a customer's: closures that somebody told, and public holidays of his country."""

from django.utils.translation import gettext as _

from crm.closures import spans_between
from crm.feeds.entry import Entry
from crm.holiday_names import on_working_days
from crm.models import Closure, Customer
from crm.templatetags.figures import country as country_name
from crm.templatetags.figures import some

NAMED = 8


def closures(asked):
    rows = Closure.objects.filter(customer__owner=asked.user, customer__status=Customer.Status.ACTIVE)
    for closure in rows.select_related("customer"):
        for span in spans_between(closure, asked.first, asked.last):
            yield Entry(
                key=f"closure:{closure.pk}:{span.from_on.year if closure.yearly else 'once'}",
                from_on=span.from_on,
                to_on=span.to_on,
                summary=_("%(customer)s is closed") % {"customer": closure.customer},
                url=closure.customer.get_absolute_url(),
                category=_("Nobody there"),
            )


def public_holidays(asked):
    """Where they fall on a working day; one entry a country and day."""
    customers = {}
    rows = Customer.objects.filter(owner=asked.user, status=Customer.Status.ACTIVE).exclude(country="")
    for country, name in rows.order_by("name", "pk").values_list("country", "name"):
        customers.setdefault(country, []).append(name)
    for country, names in customers.items():
        found = {}
        for holiday in on_working_days(country, asked.first, asked.last):
            found.setdefault(holiday.on, []).append(holiday.name)
        for day, holidays in found.items():
            yield Entry(
                key=f"holiday:{country}:{day}",
                from_on=day,
                to_on=day,
                summary=f"{country_name(country)}: {', '.join(holidays)}",
                details=(some(names, NAMED),),
                category=_("Public holidays"),
            )
