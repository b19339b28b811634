import django_filters
from django.db.models import Q
from django.forms import DateInput, Form, TextInput
from django.utils.translation import gettext_lazy as _

from crm.keys import LARGEST_KEY
from crm.models import Customer, Order, OrderLine, Product


class ListFilter(django_filters.FilterSet):
    """Where one of the filters can't be read nothing is found: a list of everything would be taken for the answer."""

    def filter_queryset(self, queryset):
        return super().filter_queryset(queryset) if self.form.is_valid() else queryset.none()


class PeriodForm(Form):
    def clean(self):
        cleaned = super().clean()
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and until < since:
            self.add_error("until", _("This is before the first day."))
        return cleaned


class RowFilter(django_filters.NumberFilter):
    """A primary key that a link brings along."""

    def __init__(self, *args, unknown, **kwargs):
        wrong = dict.fromkeys(
            ("invalid", "min_value", "max_value", "max_decimal_places", "max_digits"), unknown
        )
        limits = {"min_value": 1, "max_value": LARGEST_KEY, "decimal_places": 0}
        super().__init__(*args, error_messages=wrong, **limits, **kwargs)


class OrderFilter(ListFilter):
    """`customer` and `product` (primary keys) come from links on other pages and show as chips that can be taken off."""

    q = django_filters.CharFilter(
        method="search",
        label=_("Search"),
        widget=TextInput(attrs={"type": "search", "placeholder": _("Number, customer, SKU")}),
    )
    customer = RowFilter(field_name="customer_id", unknown=_("There is no such customer."))
    product = RowFilter(method="with_product", unknown=_("There is no such product."))
    since = django_filters.DateFilter(
        field_name="ordered_on", lookup_expr="gte", label=_("From"), widget=DateInput(attrs={"type": "date"})
    )
    until = django_filters.DateFilter(
        field_name="ordered_on", lookup_expr="lte", label=_("To"), widget=DateInput(attrs={"type": "date"})
    )
    kind = django_filters.ChoiceFilter(choices=Order.Kind, label=_("Kind"), empty_label=_("All"))

    class Meta:
        model = Order
        form = PeriodForm
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
