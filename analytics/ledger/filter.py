import django_filters
from django.db.models import Q
from django.forms import DateInput
from django.utils.translation import gettext_lazy as _

from accounts.models import User
from analytics.filters import offer_reps
from analytics.models import Settlement
from crm.filters import ListFilter, PeriodForm, RowFilter

CALLED, REPLAYED = "called", "replayed"
KINDS = [(CALLED, _("called before the order")), (REPLAYED, _("replayed"))]


class LedgerFilter(ListFilter):
    """`customer` (a primary key) comes with a link and shows as a chip that can be taken off."""

    customer = RowFilter(field_name="customer_id", unknown=_("There is no such customer."))
    since = django_filters.DateFilter(
        field_name="on", lookup_expr="gte", label=_("From"), widget=DateInput(attrs={"type": "date"})
    )
    until = django_filters.DateFilter(
        field_name="on", lookup_expr="lte", label=_("To"), widget=DateInput(attrs={"type": "date"})
    )
    kind = django_filters.ChoiceFilter(method="of_kind", choices=KINDS, label=_("Kind"), empty_label=_("All"))
    rep = django_filters.ModelChoiceFilter(
        field_name="customer__owner",
        queryset=User.objects.none(),
        label=_("Sales rep"),
        empty_label=_("All"),
    )

    class Meta:
        model = Settlement
        form = PeriodForm
        fields = ["since", "until", "kind", "rep"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        offer_reps(self.filters, user, "rep")

    def of_kind(self, rows, name, value):
        if value == REPLAYED:
            return rows.filter(forecast__replayed=True)
        return rows.filter(Q(forecast=None) | Q(forecast__replayed=False))
