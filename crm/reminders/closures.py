"""Days on which nobody is at a customer's: closures that somebody told, and public holidays of his country."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from crm import closures
from crm.calendars import public_holidays
from crm.holiday_names import on_working_days
from crm.models import Closure, Customer
from crm.reminders.kind import Kind, Line, Occasion
from crm.templatetags.figures import country as country_name
from crm.templatetags.figures import day as short_day
from crm.templatetags.figures import some

NAMED = 4


class Closures(Kind):
    name = "closure"
    label = gettext_lazy("Closures ahead")
    heading = gettext_lazy("Nobody there")
    leads = (14,)

    def occasions(self, users, first, last, now):
        rows = Closure.objects.filter(
            customer__owner__in=list(users), customer__status=Customer.Status.ACTIVE
        )
        for closure in rows.select_related("customer"):
            owner = closure.customer.owner_id
            zone = closure.customer.time_zone or users[owner].time_zone
            for span in closures.spans_between(closure, first, last):
                if first <= span.from_on <= last:
                    yield Occasion(owner, closure.pk, span.from_on, zone)

    def lines(self, user, items, clock):
        rows = Closure.objects.filter(customer__owner=user, customer__status=Customer.Status.ACTIVE)
        rows = rows.select_related("customer")
        rows = rows.in_bulk([item.subject for item in items])
        lines = {}
        for item in items:
            closure = rows.get(item.subject)
            spans = closures.spans_between(closure, item.occurs_on, item.occurs_on) if closure else []
            span = next((span for span in spans if span.from_on == item.occurs_on), None)
            if span:
                lines[item] = Line(
                    title=closure.customer.name,
                    url=closure.customer.get_absolute_url(),
                    when=span.from_on,
                    detail=_("closed %(when)s, until %(until)s")
                    % {
                        "when": clock.words(span.from_on, closure.customer.time_zone),
                        "until": short_day(span.to_on),
                    },
                )
        return lines


class PublicHolidays(Kind):
    """Of the countries of a user's customers, where they fall on a working day. One line a country and day."""

    name = "holiday"
    label = gettext_lazy("Public holidays of customers")
    heading = gettext_lazy("Public holidays")
    leads = (7,)

    def occasions(self, users, first, last, now):
        days = {}
        for pk, owner, country, zone in self._customers(list(users)).values_list(
            "pk", "owner", "country", "time_zone"
        ):
            if country not in days:
                found = public_holidays.on_working_days(country, first - timedelta(days=14), last)
                # Of days off in a row the first: Chuseok is one reminder, not three.
                starts, until = [], None
                for holiday in found:
                    if until is None or holiday.on > until:
                        starts.append(holiday.on)
                        until = public_holidays.last_day_off(country, holiday.on)
                days[country] = [day for day in starts if first <= day <= last]
            for day in days[country]:
                yield Occasion(owner, pk, day, zone or users[owner].time_zone)

    @staticmethod
    def _customers(users):
        customers = Customer.objects.filter(owner__in=users, status=Customer.Status.ACTIVE)
        return customers.exclude(country="").order_by("name", "pk")

    def lines(self, user, items, clock):
        customers = self._customers([user]).in_bulk([item.subject for item in items])
        together = {}
        for item in items:
            if item.subject in customers:
                together.setdefault((customers[item.subject].country, item.occurs_on), []).append(item)
        lines = {}
        for (country, day), group in together.items():
            found = on_working_days(country, day, day)
            if found:
                line = self._line(country, found[0], [customers[item.subject] for item in group], clock)
                lines |= dict.fromkeys(group, line)
        return lines

    def _line(self, country, holiday, customers, clock):
        until = public_holidays.last_day_off(country, holiday.on)
        names = some([customer.name for customer in customers], NAMED)
        when = clock.words(holiday.on, customers[0].time_zone)
        if until != holiday.on:
            when += " – " + short_day(until)
        return Line(
            title=f"{country_name(country)}: {holiday.name}",
            url=customers[0].get_absolute_url(),
            when=holiday.on,
            detail=f"{when} · {names}",
        )
