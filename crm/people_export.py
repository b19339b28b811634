"""People as a list for a spreadsheet: exactly those that the screen shows, in its order."""

from django.db.models import Subquery
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import formats
from crm.exporting import download
from crm.models import ContactPoint, Note, PersonDate
from crm.people import Contact, birthday_of, contact_notes, days_over
from crm.profile import written

CHUNK = 2000


def export_people(request, rows, today):
    """`rows`: people with `jobs` and `dates` prefetched."""
    header = [
        _("Family name"), _("Given name"), _("Name in own script"), _("Status"), _("Customer code"), _("Customer"),
        _("Position"), _("E-mail"), _("Phone"), _("Last contact"), _("Kind"), _("Keep in touch every (days)"), _("Days over"),
        _("Birthday"), _("Next birthday"), _("Turns"),
    ]  # fmt: skip
    user = request.user
    newest = contact_notes(user)
    rows = rows.annotate(
        contact_at=Subquery(newest.values("happened_at")[:1]),
        contact_kind=Subquery(newest.values("kind")[:1]),
    ).prefetch_related("contact_points")
    zone, language = timezone.get_current_timezone(), translation.get_language()

    def lines():
        for row in rows.iterator(CHUNK):
            # The stream is read after the reader's language, zone and formats have been left.
            with timezone.override(zone), translation.override(language), formats.use(user):
                cells = _cells(row, today)
            yield cells

    return download(request, "people", header, lines())


def _cells(row, today):
    contact = Contact(row.contact_at, str(Note.Kind(row.contact_kind).label)) if row.contact_at else None
    days = [day for day in row.dates.all() if day.kind == PersonDate.Kind.BIRTHDAY]
    comes = birthday_of(row, today)
    return [
        row.family_name,
        row.given_name,
        row.native_name,
        row.get_status_display(),
        _joined(job.customer.code for job in row.jobs),
        _joined(job.customer.name for job in row.jobs),
        _joined(job.role for job in row.jobs),
        _values(row, ContactPoint.Kind.EMAIL),
        _values(row, ContactPoint.Kind.PHONE),
        contact.on if contact else None,
        contact.kind if contact else "",
        row.cadence_days,
        days_over(row, contact, today),
        written(days[0]) if days else "",
        comes.on if comes else None,
        comes.turns if comes else None,
    ]


def _joined(words):
    return "; ".join(filter(None, words))


def _values(row, kind):
    return _joined(point.value for point in row.contact_points.all() if point.kind == kind)
