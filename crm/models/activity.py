from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts.access import visible_q
from crm.models.customer import Customer
from crm.models.person import Person


class Note(models.Model):
    class Kind(models.TextChoices):
        MEETING = "meeting", _("Meeting")
        CALL = "call", _("Call")
        EMAIL = "email", _("E-mail")
        CHAT = "chat", _("Chat")
        FAIR = "fair", _("Fair")
        VISIT = "visit", _("Visit")
        GIFT = "gift", _("Gift")
        CLAIM = "claim", _("Claim")
        RUMOUR = "rumour", _("Rumour")
        NOTE = "note", _("Note")

    customer = models.ForeignKey(
        Customer, models.CASCADE, null=True, blank=True, related_name="notes", verbose_name=_("customer")
    )
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("author"))
    # When it happened, not when it was typed.
    happened_at = models.DateTimeField(_("happened at"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind, default=Kind.NOTE)
    text = models.TextField(_("text"))
    wants = models.TextField(_("what do they want?"), blank=True)
    why = models.TextField(_("why?"), blank=True)
    can_we = models.TextField(_("can we do it?"), blank=True)
    decision = models.TextField(_("how, or do we decline?"), blank=True)
    private = models.BooleanField(_("private"), default=False)
    pinned = models.BooleanField(_("pinned"), default=False)
    people = models.ManyToManyField(
        Person, through="NotePerson", related_name="notes", verbose_name=_("people")
    )
    created_at = models.DateTimeField(_("written"), auto_now_add=True)
    updated_at = models.DateTimeField(_("changed"), auto_now=True)
    deleted_at = models.DateTimeField(_("deleted"), null=True, blank=True, editable=False)

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-happened_at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="note_has_text")]
        indexes = [models.Index(fields=["customer", "-happened_at", "-id"], name="note_by_customer")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.happened_at:%Y-%m-%d}"

    @classmethod
    def access_q(cls, user):
        """A note goes where its customer goes; a private one, or one of no customer, stays with its author."""
        own = Q(author_id=user.pk)
        return Q(deleted_at=None) & (
            own | (Q(private=False, customer__isnull=False) & visible_q(user, "customer"))
        )

    def editable_by(self, user):
        return self.author_id == user.pk or user.role == user.Role.ADMIN


class NotePerson(models.Model):
    note = models.ForeignKey(Note, models.CASCADE, verbose_name=_("note"))
    person = models.ForeignKey(Person, models.CASCADE, verbose_name=_("person"))

    class Meta:
        verbose_name = _("person in a note")
        verbose_name_plural = _("people in notes")
        constraints = [models.UniqueConstraint("note", "person", name="note_person_once")]

    def __str__(self):
        return f"{self.note} · {self.person}"


class Promise(models.Model):
    class By(models.TextChoices):
        US = "us", _("us")
        THEM = "them", _("them")

    note = models.ForeignKey(Note, models.CASCADE, related_name="promises", verbose_name=_("note"))
    by = models.CharField(_("promised by"), max_length=5, choices=By, default=By.US)
    text = models.CharField(_("what"), max_length=300)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        ordering = ["due_on", "pk"]

    def __str__(self):
        # Not the words: the Django admin names whatever hangs on a row it deletes, private notes' promises included.
        return f"{self.get_by_display()} {self.due_on or '–'}"

    @classmethod
    def access_q(cls, user):
        return Q(note__in=Note.objects.filter(Note.access_q(user)))
