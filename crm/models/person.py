from collections import defaultdict
from functools import reduce
from operator import or_

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models, transaction
from django.db.models import Case, F, Q, When
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import visible_q
from accounts.models import validate_time_zone
from crm.calendars.birthdays import Occurrence, YearlyDay, keys_between, next_occurrence, occurrences, turns
from crm.calendars.lunar import KNOWN_THROUGH
from crm.folding import sort_key
from crm.models.customer import Customer
from crm.models.search import Searchable
from crm.models.versions import HistoricalRecords

# Languages whose names begin with the family's.
FAMILY_FIRST = frozenset(["hu", "ja", "ko", "vi", "zh"])


class PersonQuerySet(models.QuerySet):
    def by_name(self, descending=False):
        """Family name, then given name, whatever the accents; who has a name in his own script alone comes last."""
        name = Case(
            When(~Q(family_name=""), then=sort_key("family_name")),
            When(~Q(given_name=""), then=sort_key("given_name")),
            default=F("native_name"),
        )
        parts = [name, F("family_name"), F("given_name"), F("native_name"), F("pk")]
        return self.order_by(*((part.desc() if descending else part.asc()) for part in parts))

    def works_at(self, customer):
        return self.filter(pk__in=Employment.objects.filter(customer=customer, to_on=None).values("person"))


class Person(Searchable):
    """Somebody to know. Most work at a customer's; a boss or an old friend need not."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("active")
        LEFT = "left", _("left")
        DECEASED = "deceased", _("deceased")
        ARCHIVED = "archived", _("archived")

    class NameOrder(models.TextChoices):
        GIVEN_FIRST = "given", _("given name first")
        FAMILY_FIRST = "family", _("family name first")

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("owner"))
    given_name = models.CharField(_("given name"), max_length=100, blank=True)
    family_name = models.CharField(_("family name"), max_length=100, blank=True)
    native_name = models.CharField(
        _("name in own script"), max_length=100, blank=True, help_text=_("As the person writes it: 김민준")
    )
    name_order = models.CharField(
        _("name order"), max_length=10, choices=NameOrder, default=NameOrder.GIVEN_FIRST
    )
    language = models.CharField(_("language"), max_length=10, blank=True)
    time_zone = models.CharField(_("time zone"), max_length=50, blank=True, validators=[validate_time_zone])
    status = models.CharField(_("status"), max_length=10, choices=Status, default=Status.ACTIVE)
    greet = models.BooleanField(_("greet"), default=True)
    # Asked for by the owner, for this person: see crm.reminders.greeting_mails.
    greet_by_mail = models.BooleanField(_("let Dangol write the greeting"), default=False)
    cadence_days = models.PositiveSmallIntegerField(_("keep in touch every (days)"), null=True, blank=True)
    facts = models.TextField(_("quick facts"), blank=True)
    # The values last imported: what a person corrected since is not written over.
    imported = models.JSONField(null=True, blank=True, editable=False)
    is_demo = models.BooleanField(_("demo"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = PersonQuerySet.as_manager()
    history = HistoricalRecords(excluded_fields=["imported", "is_demo", "created_at"])

    class Meta:
        verbose_name = _("person")
        verbose_name_plural = _("people")
        ordering = ["family_name", "given_name", "native_name"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(given_name="", family_name="", native_name=""), name="person_has_name"
            )
        ]

    def __str__(self):
        return self.latin_name or self.native_name

    def get_absolute_url(self):
        return reverse("person", args=[self.pk])

    @property
    def latin_name(self):
        parts = [self.given_name, self.family_name]
        if self.name_order == self.NameOrder.FAMILY_FIRST:
            parts.reverse()
        return " ".join(part for part in parts if part)

    @classmethod
    def access_q(cls, user):
        """His own people, and whoever works or worked at a customer that he may see."""
        at_visible = Employment.objects.filter(visible_q(user, "customer")).values("person")
        return Q(owner_id=user.pk) | Q(pk__in=at_visible)

    def editable_by(self, user):
        """Its owner, and whoever sees a customer where he works; where he works nowhere, one where he worked."""
        if user.role == user.Role.ADMIN or self.owner_id == user.pk:
            return True
        here = self.employments.filter(to_on=None)
        jobs = here if here.exists() else self.employments
        return jobs.filter(visible_q(user, "customer")).exists()

    def erasable_by(self, user):
        return user.role == user.Role.ADMIN or self.owner_id == user.pk

    @transaction.atomic
    def move(self, on, job=None, to=None, role=""):
        """Ends `job` on a day and begins at another customer's; without one, nobody knows where he went."""
        if job:
            job.to_on = on
            job.save()
        if to:
            self.employments.create(customer=to, role=role, from_on=on)
        if to and self.status == self.Status.LEFT:
            self.set_status(self.Status.ACTIVE)
        elif not self.employments.filter(to_on=None).exists() and self.status == self.Status.ACTIVE:
            self.set_status(self.Status.LEFT)

    def set_status(self, status):
        self.status = status
        self.save(update_fields=["status"])

    def archive(self):
        self.set_status(self.Status.ARCHIVED)

    def restore(self):
        """What he was before he was archived: who had died does not come back to life."""
        before = self.history.exclude(status=self.Status.ARCHIVED).order_by("-history_date", "-history_id")
        self.set_status(before.values_list("status", flat=True).first() or self.Status.ACTIVE)


class Employment(Searchable):
    searched_in = "person"

    person = models.ForeignKey(Person, models.CASCADE, related_name="employments", verbose_name=_("person"))
    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="employments", verbose_name=_("customer")
    )
    role = models.CharField(_("position"), max_length=100, blank=True)
    from_on = models.DateField(_("from"), null=True, blank=True)
    to_on = models.DateField(_("to"), null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("employment")
        verbose_name_plural = _("employments")
        constraints = [
            models.UniqueConstraint(
                "person", "customer", condition=Q(to_on=None), name="employment_one_open_per_customer"
            ),
            models.CheckConstraint(
                condition=Q(to_on=None) | Q(from_on=None) | Q(to_on__gte=F("from_on")),
                name="employment_ends_after_start",
            ),
        ]

    def __str__(self):
        return f"{self.person} · {self.customer}"

    @classmethod
    def access_q(cls, user):
        return visible_q(user, "customer")


class ContactPoint(Searchable):
    searched_in = "person"

    class Kind(models.TextChoices):
        EMAIL = "email", _("e-mail")
        PHONE = "phone", _("phone")
        MESSENGER = "messenger", _("messenger")
        ADDRESS = "address", _("address")

    person = models.ForeignKey(
        Person, models.CASCADE, related_name="contact_points", verbose_name=_("person")
    )
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    label = models.CharField(_("label"), max_length=40, blank=True)
    value = models.CharField(_("value"), max_length=300)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("contact point")
        verbose_name_plural = _("contact points")
        constraints = [models.UniqueConstraint("person", "kind", "value", name="contact_point_once")]

    def __str__(self):
        return self.value

    @classmethod
    def access_q(cls, user):
        return Q(person__in=Person.objects.filter(Person.access_q(user)))


class PersonDateQuerySet(models.QuerySet):
    def to_greet(self):
        """Of people who are there and want it: not who left, died or is archived."""
        return self.filter(person__status=Person.Status.ACTIVE, person__greet=True)

    def kept_by(self, user):
        """Of people whom the user keeps himself, or who work at a customer of his own."""
        at_his = Employment.objects.filter(customer__owner=user, to_on=None).values("person")
        return self.filter(Q(person__owner=user) | Q(person__in=at_his))

    def falling(self, first, last):
        """(date, occurrence) of those that fall on a day from `first` to `last`, in that order.

        The days are converted, not the dates: one query by the index of calendar, month and day, however many people
        there are. Korean dates are missing where their tables end: see `beyond_tables`.
        """
        keys = defaultdict(list)
        for key in keys_between(first, last):
            keys[key.calendar, key.month, key.day].append(key)
        days_of = defaultdict(set)
        for name, month, number in keys:
            days_of[name, month].add(number)
        near = [
            Q(calendar=name, month=month, day__in=sorted(days_of[name, month])) for name, month in days_of
        ]
        found = [
            (row, Occurrence(key.on, turns(row.year, key.year)))
            for row in (self.filter(reduce(or_, near)) if near else ())
            for key in keys[row.calendar, row.month, row.day]
            if key.fits(row.leap_month, row.missing)
        ]
        return sorted(found, key=lambda pair: (pair[1].on, pair[0].pk))

    def beyond_tables(self, day):
        """Those of which nobody can say whether they fall on `day`: the tables of their calendar end before it."""
        return self.filter(calendar__in=[name for name, end in KNOWN_THROUGH.items() if day > end])


class PersonDate(models.Model):
    """A birthday or another day of the year, as its own calendar writes it."""

    class Kind(models.TextChoices):
        BIRTHDAY = "birthday", _("birthday")
        OTHER = "other", _("other")

    class Calendar(models.TextChoices):
        GREGORIAN = "gregorian", _("Gregorian")
        KOREAN_LUNAR = "korean_lunar", _("Korean lunar")
        CHINESE_LUNAR = "chinese_lunar", _("Chinese lunar")

    class Missing(models.TextChoices):
        """What to do in a year that lacks the day: 29 February, a lunar 30th, a leap month."""

        BEFORE = "before", _("the day before")
        AFTER = "after", _("the day after")
        SKIP = "skip", _("not in that year")

    person = models.ForeignKey(Person, models.CASCADE, related_name="dates", verbose_name=_("person"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.BIRTHDAY)
    label = models.CharField(_("label"), max_length=60, blank=True)
    calendar = models.CharField(_("calendar"), max_length=15, choices=Calendar, default=Calendar.GREGORIAN)
    month = models.PositiveSmallIntegerField(
        _("month"), validators=[MinValueValidator(1), MaxValueValidator(12)]
    )
    day = models.PositiveSmallIntegerField(_("day"), validators=[MinValueValidator(1), MaxValueValidator(31)])
    leap_month = models.BooleanField(_("leap month"), default=False)
    year = models.PositiveSmallIntegerField(_("year"), null=True, blank=True)
    missing = models.CharField(
        _("in years without this day"), max_length=10, choices=Missing, default=Missing.BEFORE
    )

    objects = PersonDateQuerySet.as_manager()
    history = HistoricalRecords()

    class Meta:
        verbose_name = _("date")
        verbose_name_plural = _("dates")
        constraints = [
            models.UniqueConstraint("person", condition=Q(kind="birthday"), name="person_one_birthday"),
            models.CheckConstraint(condition=Q(month__range=(1, 12)), name="person_date_month"),
            models.CheckConstraint(condition=Q(day__range=(1, 31)), name="person_date_day"),
            models.CheckConstraint(
                condition=~Q(calendar="gregorian") | Q(leap_month=False),
                name="person_date_leap_month_is_lunar",
            ),
        ]
        indexes = [models.Index(fields=["calendar", "month", "day"], name="person_date_by_day")]

    def __str__(self):
        return f"{self.person} {self.month}/{self.day}"

    def next(self, today):
        """The next time on or after `today`; None beyond the tables of its calendar."""
        return next_occurrence(self._yearly_day, today)

    def between(self, first, last):
        """(year of its own calendar, occurrence) of each one from `first` to `last`, as far as the tables reach."""
        return occurrences(self._yearly_day, first, last)

    @property
    def _yearly_day(self):
        return YearlyDay(self.calendar, self.month, self.day, self.leap_month, self.year, self.missing)

    @classmethod
    def access_q(cls, user):
        return Q(person__in=Person.objects.filter(Person.access_q(user)))
