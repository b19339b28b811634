"""A user's calendar feed: the secret address under which his calendar program reads what Dangol knows of the days ahead."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from accounts import tokens
from accounts.access import his_q


class CalendarFeed(models.Model):
    """Whoever knows the address reads the feed, so only a hash of its token is kept. Revoked: without one."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, models.CASCADE, related_name="calendar_feed", verbose_name=_("user")
    )
    token_hash = models.CharField(max_length=64, blank=True, editable=False)
    made_at = models.DateTimeField(_("made"), null=True)
    # For who reads pages in the language of his browser: calendar programs ask for none, or each for another.
    language = models.CharField(_("language"), max_length=10)
    # What UIDs are derived from: they outlive the address, and nobody can tell from them what they stand for.
    namespace = models.UUIDField(default=uuid.uuid4, editable=False)
    # {key of an entry: [digest of what it says, second since which it says so]}: see crm.feeds.revisions.
    revisions = models.JSONField(default=dict, editable=False)
    changed_at = models.DateTimeField(_("changed"), null=True, editable=False)
    read_at = models.DateTimeField(_("last read"), null=True, editable=False)

    class Meta:
        verbose_name = _("calendar feed")
        verbose_name_plural = _("calendar feeds")
        constraints = [
            models.UniqueConstraint(
                "token_hash", condition=~Q(token_hash=""), name="calendar_feed_token_once"
            )
        ]

    def __str__(self):
        return str(self.user)

    @classmethod
    def access_q(cls, user):
        return his_q(user)

    @classmethod
    def of(cls, user):
        """The one that can be read now, or None."""
        return cls.objects.filter(user=user).exclude(token_hash="").defer("revisions").first()

    @classmethod
    def issue(cls, user, language, now):
        """Make an address, or a new one, at which the old one ends; returns its token, which is not kept."""
        token = tokens.new()
        fields = {"token_hash": tokens.hashed(token), "language": language, "made_at": now, "read_at": None}
        cls.objects.update_or_create(user=user, defaults=fields)
        return token

    @classmethod
    def revoke(cls, user):
        cls.objects.filter(user=user).update(token_hash="")

    @classmethod
    def by_token(cls, token):
        return cls.objects.filter(token_hash=tokens.hashed(token)).select_related("user").first()
