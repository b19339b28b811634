import django_filters
from django.forms import TextInput
from django.utils.translation import gettext_lazy as _

from accounts.access import visible
from accounts.models import User
from analytics.filters import offer_countries, offer_reps
from analytics.models import Outlook
from crm.filters import ListFilter
from crm.models import OrderLine, Product

# A product that one in five of a customer's latest orders held is expected in the next.
LIKELY = 0.2


class CustomersFilter(ListFilter):
    """Whose orders: of a rep, of a country."""

    owner = django_filters.ModelChoiceFilter(
        field_name="customer__owner", queryset=User.objects.none(), label=_("Sales rep"), empty_label=_("All")
    )
    country = django_filters.ChoiceFilter(
        field_name="customer__country", choices=[], label=_("Country"), empty_label=_("All")
    )

    class Meta:
        model = Outlook
        fields = ["owner", "country"]

    def __init__(self, *args, user, **kwargs):
        super().__init__(*args, **kwargs)
        self.user = user
        offer_countries(self.filters, user)
        offer_reps(self.filters, user)

    @property
    def is_narrowed(self):
        return any(self.form.cleaned_data.values()) if self.form.is_valid() else True


class ExpectedFilter(CustomersFilter):
    """Also those with a product (by SKU) that the next order is likely to hold."""

    product = django_filters.CharFilter(
        method="with_product",
        label=_("Product"),
        widget=TextInput(
            attrs={"type": "search", "list": "product-list", "autocomplete": "off", "placeholder": _("SKU")}
        ),
    )
    product_found = None

    class Meta(CustomersFilter.Meta):
        fields = ["owner", "country", "product"]

    def with_product(self, rows, name, value):
        self.product_found = visible(self.user, Product.objects).filter(sku__iexact=value.strip()).first()
        if self.product_found is None:
            return rows.none()
        product = self.product_found.pk
        # Who ever bought it is known without reading what each customer is expected to buy.
        buyers = OrderLine.objects.filter(product=product).values("order__customer")
        baskets = rows.filter(customer__in=buyers).order_by().values_list("pk", "ahead_items")
        return rows.filter(pk__in=[pk for pk, items in baskets if probability(items, product) >= LIKELY])


def probability(items, product) -> float:
    """How often his latest orders held the product: `items` as Outlook.ahead_items."""
    known = items.get("item", [])
    return items["p"][known.index(product)] if product in known else 0.0
