from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.access import his_q
from crm.models.fields import currency_field


def of_users_seen_by(user):
    """Who brought a file in, his manager, administrators: not the rep who got its new customers.

    What an administrator brings in speaks of everybody's customers, whatever team he is in.
    """
    if not user.is_authenticated or not user.is_active:
        return Q(pk__in=[])
    if user.role == user.Role.ADMIN:
        return Q()
    own = Q(user=user)
    if user.role == user.Role.MANAGER and user.team_id:
        return own | Q(user__team=user.team_id) & ~Q(user__role=user.Role.ADMIN)
    return own


class ImportRunQuerySet(models.QuerySet):
    def due(self):
        """What people asked for and the worker has not done yet; what failed before waits behind the others."""
        return self.exclude(wanted="").order_by("attempts", "asked_at", "pk")


class ImportRun(models.Model):
    """One file brought in. Its counts speak of the file's rows and always add up."""

    class State(models.TextChoices):
        UPLOADED = "uploaded", _("not imported yet")
        STAGING = "staging", _("reading")
        STAGED = "staged", _("read, not applied")
        APPLIED = "applied", _("applied")
        PREVIEWED = "previewed", _("tried, nothing changed")
        FAILED = "failed", _("failed, nothing changed")
        UNDONE = "undone", _("taken back")

    OPEN_STATES = (State.UPLOADED, State.PREVIEWED, State.FAILED)

    class Wanted(models.TextChoices):
        """What the worker is to do next. It stays until it is done: a worker that dies leaves it to the next one."""

        READ = "read", _("read the file")
        PREVIEW = "preview", _("try the import")
        APPLY = "apply", _("import")
        UNDO = "undo", _("take the import back")

    # One of settings.IMPORT_KINDS.
    kind = models.CharField(_("kind"), max_length=20, default="orders")
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, null=True, blank=True, verbose_name=_("by")
    )
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("sales rep of new customers"),
    )
    file_name = models.CharField(_("file"), max_length=255)
    file_hash = models.CharField(_("SHA-256"), max_length=64)
    source = models.CharField(_("source"), max_length=40, blank=True)
    currency = currency_field(blank=True)
    mapping = models.JSONField(_("columns"), default=dict, blank=True)
    complete_through = models.DateField(_("complete through"), null=True, blank=True)
    state = models.CharField(_("state"), max_length=10, choices=State, default=State.STAGING)
    message = models.TextField(_("message"), blank=True)
    read = models.PositiveIntegerField(_("read"), default=0)
    created = models.PositiveIntegerField(_("created"), default=0)
    updated = models.PositiveIntegerField(_("updated"), default=0)
    unchanged = models.PositiveIntegerField(_("unchanged"), default=0)
    rejected = models.PositiveIntegerField(_("rejected"), default=0)
    started_at = models.DateTimeField(_("started"))
    applied_at = models.DateTimeField(_("applied"), null=True, blank=True)
    undone_at = models.DateTimeField(_("taken back"), null=True, blank=True)
    # Of runs that were started in the browser: the kept file, what was found in it, what its user said about it.
    stored = models.CharField(_("kept as"), max_length=80, blank=True, editable=False)
    found = models.JSONField(_("found"), default=dict, blank=True, editable=False)
    options = models.JSONField(_("options"), default=dict, blank=True)
    # What the last try or the import itself made of the file: crm.importing.summary.
    summary = models.JSONField(_("summary"), default=dict, blank=True, editable=False)
    wanted = models.CharField(_("wanted"), max_length=10, choices=Wanted, blank=True, editable=False)
    asked_at = models.DateTimeField(_("asked"), null=True, blank=True, editable=False)
    attempts = models.PositiveSmallIntegerField(_("attempts"), default=0, editable=False)
    done = models.PositiveIntegerField(_("rows done"), default=0, editable=False)

    objects = ImportRunQuerySet.as_manager()

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        ordering = ["-pk"]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["applied", "previewed", "undone"])
                | Q(read=F("created") + F("updated") + F("unchanged") + F("rejected")),
                name="import_counts_add_up",
            )
        ]
        indexes = [
            models.Index(fields=["asked_at"], condition=~Q(wanted=""), name="import_due"),
        ]

    def __str__(self):
        return self.file_name

    def get_absolute_url(self):
        return reverse("import_run", args=[self.pk])

    @classmethod
    def access_q(cls, user):
        return of_users_seen_by(user)

    @property
    def is_open(self):
        """Its file and its columns may still be told otherwise."""
        return bool(self.stored) and not self.wanted and self.state in self.OPEN_STATES


class ImportMapping(models.Model):
    """How a user mapped a file's headers: applied by itself to his next file with the same ones."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="import_mappings", verbose_name=_("user")
    )
    name = models.CharField(_("name"), max_length=100)
    fingerprint = models.CharField(_("fingerprint of the headers"), max_length=64, editable=False)
    kind = models.CharField(_("kind"), max_length=20, default="orders")
    # {field: header as the file writes it}
    columns = models.JSONField(_("columns"), default=dict)
    options = models.JSONField(_("options"), default=dict, blank=True)
    used_at = models.DateTimeField(_("last used"))

    class Meta:
        verbose_name = _("saved mapping")
        verbose_name_plural = _("saved mappings")
        ordering = ["-used_at", "-pk"]
        constraints = [models.UniqueConstraint("user", "fingerprint", name="mapping_once_per_headers")]

    def __str__(self):
        return self.name

    @classmethod
    def access_q(cls, user):
        """His alone: not his manager's, nor an administrator's."""
        return his_q(user)


class ImportRow(models.Model):
    """A row of the file that has something to say: only those are kept."""

    class Level(models.TextChoices):
        REJECTED = "rejected", _("rejected")
        WARNING = "warning", _("warning")

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="rows", verbose_name=_("import"))
    number = models.PositiveIntegerField(_("row"))
    level = models.CharField(_("level"), max_length=10, choices=Level, default=Level.REJECTED)
    column = models.CharField(_("column"), max_length=100, blank=True)
    value = models.CharField(_("value"), max_length=200, blank=True)
    # A code of crm.importing.reasons, so that the words follow the reader's language.
    reason = models.CharField(_("reason"), max_length=40)

    class Meta:
        verbose_name = _("import row")
        verbose_name_plural = _("import rows")
        ordering = ["number", "pk"]

    def __str__(self):
        return f"{self.number}: {self.reason}"


class ImportChange(models.Model):
    """What a run wrote over, to be shown and to be undone; `before` is NULL where it made the row."""

    run = models.ForeignKey(ImportRun, models.CASCADE, related_name="changes", verbose_name=_("import"))
    model = models.CharField(_("table"), max_length=40)
    row = models.BigIntegerField(_("row"))
    before = models.JSONField(_("before"), null=True)
    after = models.JSONField(_("after"), null=True)

    class Meta:
        verbose_name = _("import change")
        verbose_name_plural = _("import changes")
        ordering = ["pk"]

    def __str__(self):
        return f"{self.model} {self.row}"
