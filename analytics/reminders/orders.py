"""Orders that are to come this week, and orders that are late: once for each order waited for. Where a call leads, they come
on its day and none is late, as Today has it."""

from datetime import timedelta

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from analytics.ledger.leading import whose, with_lead
from analytics.models import Outlook
from analytics.today.entries import WEEK
from crm.models import Customer
from crm.reminders.clock import Clock
from crm.reminders.kind import Kind, Line, Occasion
from crm.templatetags.figures import money


class _OfOutlook(Kind):
    """The occurrence is the last order day: the next order, when it has come, makes it another one."""

    def rows(self, users, today):
        rows = Outlook.objects.filter(customer__owner__in=users, customer__status=Customer.Status.ACTIVE)
        rows = with_lead(rows.exclude(last_ordered_on=None), today)
        return rows.select_related("customer").defer(*Outlook.HEAVY)

    def of(self, row, today):
        """The day that the reminder leads up to; None where there is none."""
        raise NotImplementedError

    def occasions(self, users, first, last, now):
        today = {pk: Clock(now, user.time_zone).today() for pk, user in users.items()}
        for row in self.rows(list(users), min(today.values())):
            owner = row.customer.owner_id
            day = self.of(row, today[owner])
            if day and first <= day <= last:
                zone = row.customer.time_zone or users[owner].time_zone
                yield Occasion(owner, row.customer_id, row.last_ordered_on, zone, due_on=day)

    def lines(self, user, items, clock):
        today = clock.today()
        rows = {row.customer_id: row for row in self.rows([user.pk], today)}
        lines = {}
        for item in items:
            row = rows.get(item.subject)
            day = self.of(row, today) if row and row.last_ordered_on == item.occurs_on else None
            if day:
                lines[item] = Line(
                    title=row.customer.name,
                    url=row.customer.get_absolute_url(),
                    when=day,
                    detail=" · ".join(part for part in self.words(row, day, user, clock) if part),
                )
        return lines

    def words(self, row, day, user, clock):
        raise NotImplementedError


class Expected(_OfOutlook):
    name = "expected"
    label = gettext_lazy("Orders expected this week")
    heading = gettext_lazy("Orders expected")
    leads = (WEEK.days,)
    lasting = True

    def of(self, row, today):
        return _called_on(row, today) or (row.expected_on if not row.overdue_days else None)

    def words(self, row, day, user, clock):
        yield _("expected %(when)s") % {"when": clock.words(day)}
        yield whose(row, user)
        if row.shown_amount is not None:
            by_dangol = row.led_on and row.led_amount is None
            about = _("about %(amount)s by Dangol’s forecast") if by_dangol else _("about %(amount)s")
            yield about % {"amount": money(row.shown_amount, row.currency)}
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

    def of(self, row, today):
        if row.overdue_days <= 0 or row.lapsed or _called_on(row, today):
            return None
        return row.known_through or row.overdue_after_on + timedelta(days=1)

    def words(self, row, day, user, clock):
        days = row.overdue_days
        yield ngettext("%(n)s day over his own rhythm", "%(n)s days over his own rhythm", days) % {"n": days}
        if row.amount is not None:
            yield _("%(amount)s at risk") % {"amount": money(row.amount, row.currency)}
        yield _("last order %(day)s") % {"day": clock.words(row.last_ordered_on)}


def _called_on(row, today):
    """The day of the call that leads; None where its day is over where the reader is."""
    return row.led_on if row.led_on and row.led_on >= today else None
