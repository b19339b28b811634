from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _


class DismissalQuerySet(models.QuerySet):
    def hiding(self, user, kind, today):
        """What keeps entries of `kind` out of the user's sight on `today`."""
        return self.filter(Q(until_on=None) | Q(until_on__gt=today), user=user, kind=kind)


class Dismissal(models.Model):
    """A user's word that something need not be shown to him: done with, not true, or not before a day.

    It speaks of one occurrence of the subject (the order whose successor is late, the birthday of a year): the next
    occurrence is shown again.
    """

    class Kind(models.TextChoices):
        """What was dismissed; `subject` is the primary key of a ..."""

        OVERDUE = "overdue", _("overdue order")  # customer; occurrence: the day of his last order
        EXPECTED = "expected", _("expected order")  # customer; occurrence: the day of his last order
        BIRTHDAY = "birthday", _("birthday")  # person; occurrence: the day
        PROMISE = "promise", _("promise")  # promise; occurrence: the day it was due
        CONTACT = "contact", _("not in touch")  # person; occurrence: the day of the last contact, or empty
        NEWS = "news", _("news")  # import run; no occurrence

    class Answer(models.TextChoices):
        DONE = "done", _("done")
        SNOOZED = "snoozed", _("later")
        DISMISSED = "dismissed", _("dismissed")

    class Reason(models.TextChoices):
        ORDER_COMING = "coming", _("the order is on its way")
        STOCKED = "stocked", _("still has stock")
        CLOSED = "closed", _("closed or on holiday")
        LOST = "lost", _("buys elsewhere")
        WRONG = "wrong", _("this is not so")
        OTHER = "other", _("another reason")

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("user"))
    kind = models.CharField(_("kind"), max_length=10, choices=Kind)
    subject = models.BigIntegerField(_("subject"))
    occurrence = models.CharField(_("occurrence"), max_length=20, blank=True)
    answer = models.CharField(_("answer"), max_length=10, choices=Answer)
    # Empty: for good, as far as this occurrence goes.
    until_on = models.DateField(_("until"), null=True, blank=True)
    reason = models.CharField(_("reason"), max_length=10, choices=Reason, blank=True)
    remark = models.CharField(_("remark"), max_length=200, blank=True)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)

    objects = DismissalQuerySet.as_manager()

    class Meta:
        verbose_name = _("dismissal")
        verbose_name_plural = _("dismissals")
        constraints = [models.UniqueConstraint("user", "kind", "subject", name="dismissal_once_per_subject")]

    def __str__(self):
        return f"{self.get_kind_display()} {self.subject} · {self.get_answer_display()}"

    @classmethod
    def access_q(cls, user):
        return Q(user_id=user.pk)
