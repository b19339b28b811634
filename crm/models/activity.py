from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import visible_q
from crm.models.customer import Customer
from crm.models.person import Person
from crm.models.search import Searchable
from crm.models.versions import HistoricalRecords


def note_visible_q(user, path=""):
    """The rows whose note, found along `path` ("" for the note itself), `user` may see.

    A note goes where its customer goes; a private one, or one of no customer, stays with its author.
    """
    at = f"{path}__" if path else ""
    own = Q(**{f"{at}author": user.pk})
    shared = Q(**{f"{at}private": False, f"{at}customer__isnull": False}) & visible_q(user, f"{at}customer")
    return Q(**{f"{at}deleted_at": None}) & (own | shared)


class Note(Searchable):
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

    # What counts as having been in touch: both sides were there.
    CONTACT_KINDS = (Kind.MEETING, Kind.CALL, Kind.EMAIL, Kind.CHAT, Kind.FAIR, Kind.VISIT)
    # A deleted note waits so long in the trash.
    TRASH_DAYS = 30

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

    history = HistoricalRecords(excluded_fields=["created_at", "updated_at"])

    class Meta:
        verbose_name = _("note")
        verbose_name_plural = _("notes")
        ordering = ["-happened_at", "-pk"]
        constraints = [models.CheckConstraint(condition=~Q(text=""), name="note_has_text")]
        indexes = [
            models.Index(fields=["customer", "-happened_at", "-id"], name="note_by_customer"),
            models.Index(fields=["author", "-happened_at", "-id"], name="note_by_author"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.happened_at:%Y-%m-%d}"

    def get_absolute_url(self):
        return reverse("note", args=[self.pk])

    @classmethod
    def access_q(cls, user):
        return note_visible_q(user)

    @classmethod
    def trash_q(cls, user):
        """The deleted notes that this user may take back: those he might edit, were they there."""
        his = Q(author_id=user.pk)
        if user.role == user.Role.ADMIN:
            his |= Q(private=False, customer__isnull=False)
        return Q(deleted_at__isnull=False) & his

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

    @classmethod
    def access_q(cls, user):
        return note_visible_q(user, "note") & Q(person__in=Person.objects.filter(Person.access_q(user)))


class Promise(Searchable):
    searched_in = "note"

    class By(models.TextChoices):
        US = "us", _("us")
        THEM = "them", _("them")

    note = models.ForeignKey(Note, models.CASCADE, related_name="promises", verbose_name=_("note"))
    by = models.CharField(_("promised by"), max_length=5, choices=By, default=By.US)
    text = models.CharField(_("what"), max_length=300)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    done_at = models.DateTimeField(_("done"), null=True, blank=True)

    history = HistoricalRecords()

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        ordering = ["due_on", "pk"]
        indexes = [
            models.Index(fields=["due_on", "id"], condition=Q(done_at=None), name="promise_open_by_due")
        ]

    def __str__(self):
        # Not the words: the Django admin names whatever hangs on a row it deletes, private notes' promises included.
        return f"{self.get_by_display()} {self.due_on or '–'}"

    @classmethod
    def access_q(cls, user):
        # Along the join: a subquery of all notes that he may see is read whole, for a single promise, too.
        return note_visible_q(user, "note")
