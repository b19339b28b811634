from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import visible_q
from accounts.models import validate_time_zone
from crm.models.customer import Customer


class Person(models.Model):
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
    cadence_days = models.PositiveSmallIntegerField(_("keep in touch every (days)"), null=True, blank=True)
    facts = models.TextField(_("quick facts"), blank=True)
    is_demo = models.BooleanField(_("demo"), default=False, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

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


class Employment(models.Model):
    person = models.ForeignKey(Person, models.CASCADE, related_name="employments", verbose_name=_("person"))
    customer = models.ForeignKey(
        Customer, models.CASCADE, related_name="employments", verbose_name=_("customer")
    )
    role = models.CharField(_("position"), max_length=100, blank=True)
    from_on = models.DateField(_("from"), null=True, blank=True)
    to_on = models.DateField(_("to"), null=True, blank=True)

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


class ContactPoint(models.Model):
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

    class Meta:
        verbose_name = _("contact point")
        verbose_name_plural = _("contact points")
        constraints = [models.UniqueConstraint("person", "kind", "value", name="contact_point_once")]

    def __str__(self):
        return self.value

    @classmethod
    def access_q(cls, user):
        return Q(person__in=Person.objects.filter(Person.access_q(user)))


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

    @classmethod
    def access_q(cls, user):
        return Q(person__in=Person.objects.filter(Person.access_q(user)))
