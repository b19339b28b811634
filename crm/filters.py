import django_filters
from django.db.models import Q
from django.forms import DateInput, TextInput
from django.utils.translation import gettext_lazy as _

from crm.models import Order

LARGEST_KEY = 2**63 - 1


class OrderFilter(django_filters.FilterSet):
    """`customer` and `product` (primary keys) come from links on other pages and show as chips that can be taken off."""

    q = django_filters.CharFilter(
        method="search",
        label=_("Search"),
        widget=TextInput(attrs={"type": "search", "placeholder": _("Number, customer, SKU")}),
    )
    customer = django_filters.NumberFilter(field_name="customer_id", max_value=LARGEST_KEY)
    product = django_filters.NumberFilter(method="with_product", max_value=LARGEST_KEY)
    since = django_filters.DateFilter(
        field_name="ordered_on", lookup_expr="gte", label=_("From"), widget=DateInput(attrs={"type": "date"})
    )
    until = django_filters.DateFilter(
        field_name="ordered_on", lookup_expr="lte", label=_("To"), widget=DateInput(attrs={"type": "date"})
    )
    kind = django_filters.ChoiceFilter(choices=Order.Kind, label=_("Kind"), empty_label=_("All"))

    class Meta:
        model = Order
        fields = ["q", "since", "until", "kind"]

    def search(self, rows, name, value):
        value = value.strip()
        return rows.filter(
            Q(number__istartswith=value)
            | Q(customer__name__icontains=value)
            | Q(customer__code__iexact=value)
            | Q(pk__in=Order.objects.filter(lines__product__sku__iexact=value).values("pk"))
        )

    def with_product(self, rows, name, value):
        return rows.filter(pk__in=Order.objects.filter(lines__product=value).values("pk"))
