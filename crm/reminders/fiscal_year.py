"""The end of a customer's fiscal year: what he still has to spend, or to hold back."""

from datetime import date, timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm.models import Customer
from crm.reminders.kind import Kind, Line, Occasion


class FiscalYearEnds(Kind):
    name = "fiscal"
    label = gettext_lazy("Fiscal year-end ahead")
    heading = gettext_lazy("Fiscal year-end")
    leads = (30,)

    def occasions(self, users, first, last, now):
        customers = Customer.objects.filter(
            owner__in=list(users), status=Customer.Status.ACTIVE, fiscal_year_start__isnull=False
        )
        for pk, owner, month, zone in customers.values_list("pk", "owner", "fiscal_year_start", "time_zone"):
            for year in range(first.year, last.year + 2):
                day = date(year, month, 1) - timedelta(days=1)
                if first <= day <= last:
                    yield Occasion(owner, pk, day, zone or users[owner].time_zone)

    def lines(self, user, items, clock):
        customers = Customer.objects.filter(owner=user, status=Customer.Status.ACTIVE).in_bulk(
            [item.subject for item in items]
        )
        lines = {}
        for item in items:
            customer = customers.get(item.subject)
            if customer and customer.fiscal_year_start == (item.occurs_on + timedelta(days=1)).month:
                lines[item] = Line(
                    title=customer.name,
                    url=customer.get_absolute_url(),
                    when=item.occurs_on,
                    detail=_("fiscal year ends %(when)s")
                    % {"when": clock.words(item.occurs_on, customer.time_zone)},
                )
        return lines
