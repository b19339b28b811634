"""What a rep should know this morning: plain functions, each one question, a constant number of queries."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db.models import OuterRef, Q, Subquery

from accounts.access import visible
from analytics.models import Dismissal, Outlook
from crm.calendars.birthdays import YearlyDay, next_occurrence
from crm.models import Customer, ExchangeRate, ImportRun, Installation, Person, PersonDate, Promise
from crm.people import calendar_words

WEEK = timedelta(days=7)
BIRTHDAY_DAYS = 14
SHOWN = 12


@dataclass(frozen=True)
class Late:
    """An overdue order with the money at risk in the base currency, or None where no rate is known."""

    outlook: Outlook
    at_risk: Decimal | None


@dataclass(frozen=True)
class Birthday:
    person: Person
    on: date
    days_away: int
    turns: int | None
    calendar: str
    customer: Customer | None


def overdue(user, today) -> list[Late]:
    """Overdue as of the day orders are known up to, the most money first; dismissed and long silent ones left out."""
    rows = _outlooks(user).filter(overdue_days__gt=0).exclude(Outlook.lapsed_q(path=None))
    dismissed = Dismissal.objects.filter(
        Q(until_on=None) | Q(until_on__gt=today),
        user=user,
        customer=OuterRef("customer"),
        anchor_on=OuterRef("last_ordered_on"),
    )
    rows = rows.annotate(dismissed=Subquery(dismissed.values("pk")[:1])).filter(dismissed=None)
    rates = _latest_rates()
    found = [Late(row, _in_base(row, rates)) for row in rows.defer("curve", "forecast")]
    return sorted(found, key=lambda late: (late.at_risk is None, -(late.at_risk or 0), late.outlook.pk))


def expected(user, today) -> list[Outlook]:
    """Orders whose best guess falls into the next seven days."""
    rows = _outlooks(user).filter(overdue_days=0, expected_on__gte=today, expected_on__lte=today + WEEK)
    return list(rows.order_by("expected_on", "pk").defer("curve", "forecast"))


def birthdays(user, today) -> list[Birthday]:
    """Of everyone to greet, in the next two weeks. Only dates near enough in their own calendar are looked at."""
    people = visible(user, Person.objects).filter(status=Person.Status.ACTIVE, greet=True)
    # A lunar date is at most seven weeks before its civil one.
    months = {(today + timedelta(days=days)).month for days in range(-50, BIRTHDAY_DAYS + 1)}
    near = Q(
        calendar=PersonDate.Calendar.GREGORIAN,
        month__in={(today + timedelta(days=d)).month for d in (-1, 0, BIRTHDAY_DAYS)},
    )
    rows = (
        PersonDate.objects.filter(near | ~Q(calendar=PersonDate.Calendar.GREGORIAN) & Q(month__in=months))
        .filter(kind=PersonDate.Kind.BIRTHDAY, person__in=people)
        .select_related("person")
        .prefetch_related("person__employments__customer")
    )
    found = [_birthday(row, today) for row in rows]
    return sorted(
        (birthday for birthday in found if birthday), key=lambda birthday: (birthday.on, birthday.person.pk)
    )


def promises(user, today):
    """Open promises of both sides that are due within a week, the oldest first."""
    rows = visible(user, Promise.objects).filter(done_at=None, due_on__lte=today + WEEK)
    return rows.select_related("note__customer").order_by("due_on", "pk")[:SHOWN]


def news(user, now):
    """Imports of the last day that brought orders of customers this user sees."""
    mine = visible(user, Customer.objects).values("pk")
    runs = ImportRun.objects.filter(
        state=ImportRun.State.APPLIED, applied_at__gt=now - timedelta(days=1), order__customer__in=mine
    )
    return runs.distinct().order_by("-applied_at")[:5]


def _outlooks(user):
    active = Q(customer__status=Customer.Status.ACTIVE)
    return visible(user, Outlook.objects).filter(active).select_related("customer")


def _latest_rates():
    """currency -> the latest known rate to the base currency."""
    rates = dict(ExchangeRate.objects.order_by("month").values_list("currency", "rate"))
    return rates | {Installation.current().base_currency: Decimal(1)}


def _in_base(outlook, rates):
    rate = rates.get(outlook.currency)
    return outlook.amount * rate if rate and outlook.amount is not None else None


def _birthday(row, today):
    found = next_occurrence(
        YearlyDay(row.calendar, row.month, row.day, row.leap_month, row.year, row.missing), today
    )
    if not found or (found.on - today).days > BIRTHDAY_DAYS:
        return None
    works_at = [job.customer for job in row.person.employments.all() if job.to_on is None]
    return Birthday(
        row.person,
        found.on,
        (found.on - today).days,
        found.turns,
        calendar_words(row),
        works_at[0] if works_at else None,
    )
