"""Orders that are to come this week, and orders that are late: once for each order waited for."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from analytics.models import Outlook
from analytics.today.entries import WEEK
from crm.models import Customer
from crm.reminders.kind import Kind, Line, Occasion
from crm.templatetags.figures import money


class _OfOutlook(Kind):
    """The occurrence is the last order day: the next order, when it has come, makes it another one."""

    def rows(self, users):
        return (
            Outlook.objects.filter(customer__owner__in=users, customer__status=Customer.Status.ACTIVE)
            .exclude(last_ordered_on=None)
            .select_related("customer")
            .defer(*Outlook.HEAVY)
        )

    def of(self, row):
        """The day that the reminder leads up to; None where there is none."""
        raise NotImplementedError

    def occasions(self, users, first, last):
        for row in self.rows(list(users)):
            day = self.of(row)
            if day and first <= day <= last:
                owner = row.customer.owner_id
                zone = row.customer.time_zone or users[owner].time_zone
                yield Occasion(owner, row.customer_id, row.last_ordered_on, zone, due_on=day)

    def lines(self, user, items, clock):
        rows = {row.customer_id: row for row in self.rows([user.pk])}
        lines = {}
        for item in items:
            row = rows.get(item.subject)
            if row and row.last_ordered_on == item.occurs_on and self.of(row):
                lines[item] = Line(
                    title=row.customer.name,
                    url=row.customer.get_absolute_url(),
                    when=self.of(row),
                    detail=" · ".join(part for part in self.words(row, clock) if part),
                )
        return lines

    def words(self, row, clock):
        raise NotImplementedError


class Expected(_OfOutlook):
    name = "expected"
    label = gettext_lazy("Orders expected this week")
    heading = gettext_lazy("Orders expected")
    leads = (WEEK.days,)
    lasting = True

    def of(self, row):
        return row.expected_on if not row.overdue_days else None

    def words(self, row, clock):
        yield _("expected %(when)s") % {"when": clock.words(row.expected_on)}
        if row.amount is not None:
            yield _("about %(amount)s") % {"amount": money(row.amount, row.currency)}
        yield (
            _("orders known up to %(day)s") % {"day": clock.words(row.known_through)}
            if row.known_through
            else ""
        )


class Overdue(_OfOutlook):
    name = "overdue"
    label = gettext_lazy("Orders overdue")
    heading = gettext_lazy("Orders overdue")
    lasting = True

    def of(self, row):
        if row.overdue_days <= 0 or row.lapsed:
            return None
        return row.known_through or row.overdue_after_on + timedelta(days=1)

    def words(self, row, clock):
        days = row.overdue_days
        yield ngettext("%(n)s day over his own rhythm", "%(n)s days over his own rhythm", days) % {"n": days}
        if row.amount is not None:
            yield _("%(amount)s at risk") % {"amount": money(row.amount, row.currency)}
        yield _("last order %(day)s") % {"day": clock.words(row.last_ordered_on)}
