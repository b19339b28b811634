import django_filters
from django.forms import HiddenInput, TextInput
from django.utils.translation import gettext_lazy as _

from accounts.access import visible
from accounts.models import User
from analytics.expected.periods import VIEWS, Period
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

    # What says how they are shown: it takes nobody out.
    shown = ()

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
        if not self.form.is_valid():
            return True
        return any(value for name, value in self.form.cleaned_data.items() if name not in self.shown)

    def asked(self, name):
        """What can be read of a filter, also where another one can't."""
        self.form.is_valid()
        return self.form.cleaned_data.get(name)

    def everybody(self, rows, name, value):
        return rows


class ExpectedFilter(CustomersFilter):
    """Also those with a product (by SKU) that the next order is likely to hold; and which days are shown (`view`, `on`)."""

    shown = ("view", "on")
    view = django_filters.ChoiceFilter(
        choices=[(view, view) for view in VIEWS],
        method="everybody",
        widget=HiddenInput,
        error_messages={
            "invalid_choice": _("The period is a month, a week or a day: view=month, week or day.")
        },
    )
    on = django_filters.DateFilter(
        method="everybody",
        widget=HiddenInput,
        input_formats=["%Y-%m-%d"],
        error_messages={"invalid": _("Write the day like 2026-03-24.")},
    )

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

    def period(self, today) -> Period:
        return Period.asked(self.asked("view"), self.asked("on"), today)

    def with_product(self, rows, name, value):
        self.product_found = visible(self.user, Product.objects).filter(sku__iexact=value.strip()).first()
        if self.product_found is None:
            return rows.none()
        product = self.product_found.pk
        # Who ever bought it is known without reading what each customer is expected to buy.
        buyers = OrderLine.objects.filter(product=product).values("order__customer")
        baskets = rows.filter(customer__in=buyers).order_by().values_list("pk", "ahead_items")
        return rows.filter(pk__in=[pk for pk, items in baskets if probability(items, product) >= LIKELY])


GROUPINGS = {
    "customer": (_("By customer"), _("Customer")),
    "product": (_("By product"), _("Product")),
    "rep": (_("By sales rep"), _("Sales rep")),
    "team": (_("By team"), _("Team")),
}


class YearFilter(CustomersFilter):
    """Also of what the twelve months are (`by`)."""

    shown = ("by",)
    by = django_filters.ChoiceFilter(
        choices=[(name, label) for name, (label, _heading) in GROUPINGS.items()],
        method="everybody",
        widget=HiddenInput,
        error_messages={
            "invalid_choice": _("Grouped by customer, product, rep or team: by=customer, for example.")
        },
    )


def probability(items, product) -> float:
    """How often his latest orders held the product: `items` as Outlook.ahead_items."""
    known = items.get("item", [])
    return items["p"][known.index(product)] if product in known else 0.0
