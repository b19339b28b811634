"""Whom somebody may mean who types a few letters: customers by code, name or their people, people by their names.

Leading consonants are enough: ㄱㅁㅅ finds 김민수. What a user may not see is never suggested.
"""

from dataclasses import dataclass

from django.db.models import Case, Max, Value, When

from accounts.access import visible
from crm.models import Customer, Employment, Note, Person
from crm.searching.documents import person_by_name
from crm.searching.query import ranked
from crm.searching.wanted import half_typed, read

SHOWN = 8
# Among so many of the best there are enough who bear the name, and not only a fact or an employer with it.
LOOKED_AT = 40


@dataclass(frozen=True)
class Suggestion:
    """`customer` is where a suggested person works: (pk, name), or None."""

    pk: int
    name: str
    detail: str = ""
    customer: tuple | None = None


def suggest_customers(user, query) -> list[Suggestion]:
    """At most eight of the customers that `user` sees, the best fit first; without a query those last written about."""
    rows = visible(user, Customer.objects).exclude(status=Customer.Status.ARCHIVED)
    if not query.strip():
        return _last_written_about(user, rows)
    best = {row.pk: _customer(row) for row in _first(rows, "customer", query, SHOWN)}
    # A customer's own name comes before those of his people.
    here = Employment.objects.filter(customer__in=rows.values("pk"), to_on=None)
    people = _named(Person.objects.filter(pk__in=here.values("person")), query)
    jobs = here.filter(person__in=people).select_related("person", "customer")
    for job in jobs.order_by("customer__name", "pk"):
        best.setdefault(job.customer_id, _customer(job.customer, str(job.person)))
    return list(best.values())[:SHOWN]


def suggest_people(user, query, customer=None) -> list[Suggestion]:
    """At most eight people whom `user` sees, those who work at `customer` first."""
    people = visible(user, Person.objects).exclude(
        status__in=[Person.Status.ARCHIVED, Person.Status.DECEASED]
    )
    here = set(people_at(user, customer).values_list("pk", flat=True)) if customer else set()
    unnamed = people.filter(pk__in=here) if customer else people
    found = _named(people, query, here)[:SHOWN] if query.strip() else list(unnamed[:SHOWN])
    jobs = visible(user, Employment.objects).filter(person__in=found, to_on=None).select_related("customer")
    return [_person(person, jobs) for person in found]


def people_at(user, customer):
    """Who works there now, as far as `user` sees them."""
    return visible(user, Person.objects).filter(
        pk__in=customer.employments.filter(to_on=None).values("person"), status=Person.Status.ACTIVE
    )


def _last_written_about(user, rows):
    notes = Note.objects.filter(author=user, deleted_at=None, customer__in=rows.values("pk"))
    recent = notes.values("customer").annotate(at=Max("happened_at")).order_by("-at")[:SHOWN]
    order = [row["customer"] for row in recent]
    found = rows.in_bulk(order)
    return [_customer(found[pk]) for pk in order]


def _named(people, query, preferred=()):
    """The first of `people` who bear a name like that, those of `preferred` (their keys) before all others."""
    return [
        person for person in _first(people, "person", query, LOOKED_AT, preferred) if _bears(person, query)
    ]


def _bears(person, query):
    text = person_by_name(person).text
    wanted = read(query)
    half = half_typed(wanted)
    return wanted.fits("person", text) or bool(half and half.fits("person", text))


def _first(rows, kind, query, count, preferred=()):
    """The best; where there are none, what the syllable just being typed may still become."""
    wanted = read(query)
    first = Case(When(pk__in=preferred, then=Value(0)), default=Value(1)) if preferred else Value(1)
    for one in filter(None, (wanted, half_typed(wanted))):
        found = ranked(rows, kind, one)
        if best := list(found.order_by(first, *found.query.order_by)[:count]):
            return best
    return []


def _customer(row, person=""):
    return Suggestion(row.pk, row.name, " · ".join(filter(None, [person or row.city, row.code])))


def _person(person, jobs):
    here = [job for job in jobs if job.person_id == person.pk]
    detail = [person.native_name if person.latin_name else "", here[0].role if here else ""]
    detail += [here[0].customer.name] if here else []
    only = (here[0].customer_id, here[0].customer.name) if len(here) == 1 else None
    return Suggestion(person.pk, str(person), " · ".join(filter(None, detail)), only)
