import django_tables2 as tables
from django.db.models import F, OuterRef, Subquery
from django.utils.html import format_html, format_html_join
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from accounts.access import visible
from crm.models import Employment, Person
from crm.people import birthday_of, days_over, last_contacts, with_last_contact
from crm.templatetags.figures import NONE, day

LOOKS = {Person.Status.LEFT: "tag", Person.Status.DECEASED: "tag", Person.Status.ARCHIVED: "tag tag-new"}


class PersonTable(tables.Table):
    """`contacts` (person -> last real contact) is fetched once for the people of the page, by `see`."""

    name = tables.Column(
        verbose_name=gettext_lazy("Name"),
        empty_values=(),
        accessor="pk",
        attrs={"td": {"class": "strong wrap"}},
    )
    customer = tables.Column(verbose_name=gettext_lazy("Customer"), empty_values=(), accessor="pk")
    last_contact = tables.Column(
        verbose_name=gettext_lazy("Last contact"),
        empty_values=(),
        accessor="pk",
        initial_sort_descending=True,
    )
    cadence = tables.Column(
        verbose_name=gettext_lazy("Keep in touch"), empty_values=(), accessor="pk", orderable=False
    )
    birthday = tables.Column(
        verbose_name=gettext_lazy("Next birthday"), empty_values=(), accessor="pk", orderable=False
    )

    class Meta:
        model = Person
        fields = ()
        order_by = ("name",)

    def __init__(self, *args, user, today, **kwargs):
        super().__init__(*args, **kwargs)
        self.user, self.today, self.contacts = user, today, {}

    def see(self, people):
        self.contacts = last_contacts(self.user, [person.pk for person in people])

    def render_name(self, record):
        name = format_html('<a href="{}">{}</a>', record.get_absolute_url(), record)
        native = record.native_name if record.latin_name else ""
        remarks = [("native", native)] if native else []
        if record.status in LOOKS:
            remarks.append((LOOKS[record.status], record.get_status_display()))
        return format_html("{} {}", name, format_html_join(" ", '<span class="{}">{}</span>', remarks))

    def render_customer(self, record):
        return format_html_join(
            "",
            '<a href="{}">{}</a><span class="sub">{}</span>',
            ((job.customer.get_absolute_url(), job.customer, job.role) for job in record.jobs),
        )

    def render_last_contact(self, record):
        contact = self.contacts.get(record.pk)
        if not contact:
            return format_html('<span class="soft">{}</span>', _("never noted"))
        return _("%(day)s, %(kind)s") % {"day": day(contact.on), "kind": str(contact.kind).lower()}

    def render_cadence(self, record):
        over = days_over(record, self.contacts.get(record.pk), self.today)
        if over is None:
            return NONE
        every = ngettext("every day", "every %(n)s days", record.cadence_days) % {"n": record.cadence_days}
        if over <= 0 or record.status != Person.Status.ACTIVE:
            return every
        late = ngettext("%(n)s day over", "%(n)s days over", over) % {"n": over}
        return format_html('{}<span class="sub late">{}</span>', every, late)

    def render_birthday(self, record):
        found = birthday_of(record, self.today)
        if not found:
            return NONE
        away = ngettext("in %(n)s day", "in %(n)s days", found.days_away) % {"n": found.days_away}
        words = [
            away if found.days_away else _("today"),
            _("turns %(age)s") % {"age": found.turns} if found.turns else "",
            found.calendar,
        ]
        return format_html('{}<span class="sub">{}</span>', day(found.on), " · ".join(filter(None, words)))

    def order_name(self, rows, descending):
        return rows.by_name(descending), True

    def order_customer(self, rows, descending):
        job = visible(self.user, Employment.objects).filter(person=OuterRef("pk"), to_on=None)
        rows = rows.annotate(customer_name=Subquery(job.order_by("pk").values("customer__name")[:1]))
        return self._by(rows, "customer_name", descending), True

    def order_last_contact(self, rows, descending):
        return self._by(with_last_contact(rows, self.user), "last_contact_at", descending), True

    @staticmethod
    def _by(rows, column, descending):
        value = F(column)
        value = value.desc(nulls_last=True) if descending else value.asc(nulls_first=True)
        return rows.order_by(value, "family_name", "given_name", "pk")
