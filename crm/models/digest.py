"""The one mail a day that reminds a user, and what stands in it: see crm.reminders."""

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import MaxValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from accounts.access import his_q
from crm.models.person import Person

WORKING_WEEK = "01234"
LONGEST_LEAD = 60


def own_q(user):
    """A user's reminders are his alone; an administrator sees when what was delivered, for everybody."""
    return Q() if user.is_authenticated and user.is_active and user.role == user.Role.ADMIN else his_q(user)


def validate_weekdays(text):
    if not text or set(text) - set("0123456"):
        raise ValidationError(_("At least one day of the week is needed."))


class ReminderSettings(models.Model):
    """When a user wants his digest, and of what. Without a row: at seven, Monday to Friday, of everything."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="reminder_settings", verbose_name=_("user")
    )
    is_on = models.BooleanField(_("send a digest"), default=True)
    hour = models.PositiveSmallIntegerField(_("at"), default=7, validators=[MaxValueValidator(23)])
    # Digits, 0 for Monday.
    weekdays = models.CharField(_("on"), max_length=7, default=WORKING_WEEK, validators=[validate_weekdays])
    # Kinds that are not wanted, and days ahead where they differ from the kind's own: {kind: [7, 1, 0]}.
    off = models.JSONField(_("left out"), default=list, blank=True)
    leads = models.JSONField(_("days ahead"), default=dict, blank=True)
    # Of his pages when he last saved this: mails have no browser to ask.
    language = models.CharField(_("language"), max_length=10, blank=True, editable=False)
    on_since = models.DateTimeField(_("on since"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("reminder settings")
        verbose_name_plural = _("reminder settings")
        constraints = [models.CheckConstraint(condition=Q(hour__lte=23), name="reminder_hour")]

    def __str__(self):
        return str(self.user)

    @classmethod
    def access_q(cls, user):
        return his_q(user)

    @classmethod
    def of(cls, user):
        return cls.objects.filter(user=user).first() or cls(user=user)


class QuietDays(models.Model):
    """Days on which a user gets no digest: his holidays."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="quiet_days", verbose_name=_("user")
    )
    from_on = models.DateField(_("from"))
    to_on = models.DateField(_("to"))

    class Meta:
        verbose_name = _("quiet days")
        verbose_name_plural = _("quiet days")
        ordering = ["from_on"]
        constraints = [
            models.CheckConstraint(condition=Q(to_on__gte=F("from_on")), name="quiet_ends_after_start")
        ]

    def __str__(self):
        return f"{self.from_on} – {self.to_on}"

    @classmethod
    def access_q(cls, user):
        return his_q(user)


class Outgoing(models.Model):
    """A mail on its way. Its state says how far it has come; nothing is ever deleted on failure."""

    class State(models.TextChoices):
        PROPOSED = "proposed", _("to be approved")
        STOPPED = "stopped", _("stopped")
        PLANNED = "planned", _("waiting to be sent")
        CLAIMED = "claimed", _("being sent")
        # From here on nobody can know whether the mail has left, until the server has answered.
        HANDED_OVER = "handed_over", _("handed to the mail server")
        SENT = "sent", _("sent")
        UNCONFIRMED = "unconfirmed", _("sent? not confirmed")
        EMPTY = "empty", _("nothing to say")
        MERGED = "merged", _("went into the next one")
        GIVEN_UP = "given_up", _("given up")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("user"))
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.PLANNED)
    # Who has it in work: lets a conditional update tell its own rows.
    token = models.CharField(max_length=32, editable=False)
    message_id = models.CharField(_("message id"), max_length=120, editable=False)
    claimed_at = models.DateTimeField(_("claimed"), null=True, blank=True)
    attempts = models.PositiveIntegerField(_("attempts"), default=0)
    next_attempt_at = models.DateTimeField(_("next attempt"), null=True, blank=True)
    first_refused_at = models.DateTimeField(_("refused since"), null=True, blank=True)
    error = models.TextField(_("last answer"), blank=True)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True)

    class Meta:
        abstract = True

    @classmethod
    def access_q(cls, user):
        return own_q(user)


class Digest(Outgoing):
    """A user's digest of one civil day."""

    # In the user's zone.
    day = models.DateField(_("day"))
    # What falls due up to here stands in this digest or an earlier one.
    covers_until = models.DateTimeField(_("covers until"))
    # The digest that repeats what this one, unconfirmed, may not have told.
    repeated_in = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, related_name="repeats", verbose_name=_("repeated in")
    )

    class Meta:
        verbose_name = _("digest")
        verbose_name_plural = _("digests")
        ordering = ["-day", "-pk"]
        constraints = [models.UniqueConstraint("user", "day", name="digest_once_a_day")]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state__in=["planned", "claimed", "handed_over"]),
                name="digest_in_work",
            )
        ]

    def __str__(self):
        return f"{self.user} {self.day}"


class DigestItem(models.Model):
    """One reminder: of one occurrence, so many days ahead. The constraint is what keeps it from being told twice."""

    digest = models.ForeignKey(Digest, models.CASCADE, related_name="items", verbose_name=_("digest"))
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", verbose_name=_("user")
    )
    # One of settings.REMINDER_KINDS, and the key of what it speaks of.
    kind = models.CharField(_("kind"), max_length=20)
    subject = models.BigIntegerField(_("subject"))
    occurs_on = models.DateField(_("occurs on"))
    lead = models.PositiveSmallIntegerField(_("days ahead"))
    # The day of the digest that it belongs to by the rule; in a later one it is late.
    meant_on = models.DateField(_("meant for"))
    # Told by another item of the same occurrence, with fewer days ahead.
    silent = models.BooleanField(default=False, editable=False)

    class Meta:
        verbose_name = _("reminder")
        verbose_name_plural = _("reminders")
        constraints = [
            models.UniqueConstraint("user", "kind", "subject", "occurs_on", "lead", name="digest_item_once")
        ]

    def __str__(self):
        return f"{self.kind} {self.subject} {self.occurs_on} -{self.lead}"

    @classmethod
    def access_q(cls, user):
        return own_q(user)


class Greeting(models.Model):
    """Who was greeted, for what, by whom and how."""

    class How(models.TextChoices):
        SELF = "self", _("by oneself")
        MAIL = "mail", _("by Dangol, by e-mail")

    person = models.ForeignKey(Person, models.CASCADE, related_name="greetings", verbose_name=_("person"))
    date = models.ForeignKey(
        "crm.PersonDate", models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("date")
    )
    occurs_on = models.DateField(_("for"))
    by = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, related_name="+", verbose_name=_("by"))
    how = models.CharField(_("how"), max_length=10, choices=How, default=How.SELF)
    text = models.TextField(_("words"), blank=True)
    gift = models.CharField(_("given"), max_length=200, blank=True)
    greeted_at = models.DateTimeField(_("greeted"))

    class Meta:
        verbose_name = _("greeting")
        verbose_name_plural = _("greetings")
        ordering = ["-greeted_at"]
        constraints = [models.UniqueConstraint("person", "occurs_on", "by", name="greeting_once")]

    def __str__(self):
        return f"{self.person} {self.occurs_on}"

    @classmethod
    def access_q(cls, user):
        return Q(by=user.pk) | Q(person__in=Person.objects.filter(Person.access_q(user)))


class GreetingMail(Outgoing):
    """A greeting that Dangol sends for its user: proposed the day before, sent only where he approves, and not a minute
    after he stops it."""

    # What may still be stopped.
    OPEN = (Outgoing.State.PROPOSED, Outgoing.State.PLANNED)

    date = models.ForeignKey("crm.PersonDate", models.CASCADE, related_name="+", verbose_name=_("date"))
    occurs_on = models.DateField(_("for"))
    text = models.TextField(_("words"))

    class Meta:
        verbose_name = _("greeting by mail")
        verbose_name_plural = _("greetings by mail")
        ordering = ["-occurs_on", "-pk"]
        constraints = [models.UniqueConstraint("user", "date", "occurs_on", name="greeting_mail_once")]
        indexes = [
            models.Index(
                fields=["next_attempt_at"],
                condition=Q(state__in=["planned", "claimed", "handed_over"]),
                name="greeting_mail_in_work",
            )
        ]

    def __str__(self):
        return f"{self.date} {self.occurs_on}"

    @classmethod
    def access_q(cls, user):
        """His alone: what one writes to a person is between the two."""
        return his_q(user)


class Heartbeat(models.Model):
    """When a job of the worker last ran: a reminder that never comes must not look like a day without one."""

    name = models.CharField(_("job"), max_length=40, unique=True)
    at = models.DateTimeField(_("last run"))

    class Meta:
        verbose_name = _("heartbeat")
        verbose_name_plural = _("heartbeats")

    def __str__(self):
        return f"{self.name} {self.at:%Y-%m-%d %H:%M}"

    @classmethod
    def access_q(cls, user):
        return Q() if user.is_staff else Q(pk__in=[])
