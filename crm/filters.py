import django_filters
from django.db.models import Q
from django.forms import DateInput, TextInput
from django.utils.translation import gettext_lazy as _

from crm.keys import LARGEST_KEY
from crm.models import Customer, Order, OrderLine, Product


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
        # Found first, and few: a join in the same OR would have every order line read.
        products = list(Product.objects.filter(sku__iexact=value).values_list("pk", flat=True))
        customers = Customer.objects.filter(Q(name__icontains=value) | Q(code__iexact=value))
        return rows.filter(
            Q(number__istartswith=value) | Q(customer__in=customers) | Q(pk__in=orders_of(products))
        )

    def with_product(self, rows, name, value):
        return rows.filter(pk__in=orders_of([value]))


def orders_of(products):
    return OrderLine.objects.filter(product__in=products).values("order")
