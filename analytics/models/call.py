from django.conf import settings
from django.db import models
from django.db.models import Case, F, Q, Value, When
from django.utils.translation import gettext_lazy as _

from accounts.access import sees_q, visible_q
from analytics.models.append_only import AppendOnly, AppendOnlyQuerySet
from crm.models import Customer
from crm.models.fields import currency_field, money_field


class CallQuerySet(AppendOnlyQuerySet):
    def with_may_lead(self, today):
        """may_lead: whether each, put first, stands first on `today`."""
        may = Case(When(self.model.may_lead_q(today), then=Value(True)), default=Value(False))
        return self.annotate(may_lead=may)


class Call(AppendOnly):
    """A rep's own forecast of the order after `anchor_on`. A change of mind is a new row: the last one before the order counts."""

    # Who has it after its author has gone, and whether it stands first on the card: not what was called.
    MAY_CHANGE = frozenset({"author", "leads"})

    customer = models.ForeignKey(Customer, models.CASCADE, related_name="calls", verbose_name=_("customer"))
    author = models.ForeignKey(settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("author"))
    anchor_on = models.DateField(_("order before"))
    made_on = models.DateField(_("said on"))
    revision = models.PositiveSmallIntegerField(_("revision"), default=0)
    expected_on = models.DateField(_("called day"))
    amount = money_field(_("amount"), null=True, blank=True)
    currency = currency_field()
    # [[product, quantity or null, null], ...]: as in a Forecast, all of them called. Empty: nothing said about items.
    items = models.JSONField(_("items"), default=list, blank=True)
    reason = models.CharField(_("reason"), max_length=300, blank=True)
    # Whether it was put first on the card and in the lists, the model's beside it. Until when it stands there: see may_lead_q.
    leads = models.BooleanField(_("leads the card"), default=False)
    created_at = models.DateTimeField(_("written"), auto_now_add=True)

    objects = CallQuerySet.as_manager()

    class Meta:
        verbose_name = _("call of the next order")
        verbose_name_plural = _("calls of the next order")
        ordering = ["-anchor_on", "author", "-revision"]
        constraints = [
            models.UniqueConstraint("customer", "author", "anchor_on", "revision", name="call_once"),
            models.CheckConstraint(
                condition=models.Q(expected_on__gt=models.F("anchor_on")), name="call_after_anchor"
            ),
            models.UniqueConstraint("customer", condition=models.Q(leads=True), name="call_one_leads"),
        ]

    def __str__(self):
        return f"{self.customer} {self.author} {self.expected_on}"

    @property
    def called_items(self):
        return self.items

    @property
    def mind(self):
        """What is called, whatever the reason."""
        return self.expected_on, self.amount, self.currency, self.items

    @classmethod
    def may_lead_q(cls, today, call="", customer="customer__", outlook="customer__outlook__"):
        """Calls that stand first once they are put first; of rows that reach call, customer and outlook by these paths.

        As long as the order is awaited, for there is another one to be called then; until the called day is over, for the
        model knows better then what the silence means; and while its author may see the customer: after a handover nobody
        would be left who could take it back.
        """
        awaited = Q(**{f"{call}anchor_on": F(f"{outlook}last_ordered_on"), f"{call}expected_on__gte": today})
        return awaited & sees_q(f"{call}author", customer.removesuffix("__"))

    @classmethod
    def access_q(cls, user):
        return visible_q(user, "customer")
